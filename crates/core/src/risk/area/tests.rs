//! The elimination against a dense solve of the same model, written apart; and what the model promises.

use nalgebra::{DMatrix, DVector};

use super::fit::{Variances, fit, fit_rows};
use super::model::{AreaData, AreaRow, At};
use super::solver::{Column, Layout, System, noise, row_column};
use crate::parameters::SurveyKind;
use crate::risk::logit::{expit, logit};

/// 4 provinces of 12 areas; surveys 0 reference (provinces 0, 1 by area; 3 as a whole), 1 other definition (province 2 by area),
/// 2 and 3 any work everywhere.
fn data() -> AreaData {
    let provinces = 4;
    let areas = 12 * provinces;
    let wave = |k: usize, f: f64| libm::sin(f * k as f64 + 0.3);
    let province: Vec<usize> = (0..areas).map(|a| a / 12).collect();
    let z: Vec<Vec<f64>> = (0..areas).map(|a| vec![wave(a, 1.7), if a % 11 == 5 { 0.0 } else { wave(a, 0.41) }]).collect();
    let truth: Vec<f64> =
        (0..areas).map(|a| -1.8 + 0.5 * z[a][0] - 0.2 * z[a][1] + 0.4 * wave(province[a], 2.9) + 0.3 * wave(a, 5.3)).collect();
    let row = |survey: usize, kind, at, y: f64, n: f64| {
        let p = expit(y);
        AreaRow { survey, observation: 0, kind, at, rate: p, y: logit(p), psi: 1.0 / (n * p * (1.0 - p)), sample_assumed: false }
    };
    let mut rows = Vec::new();
    for a in 0..areas {
        let at = At::Area(a);
        match province[a] {
            0 | 1 => rows.push(row(0, SurveyKind::Reference, at, truth[a] + 0.08 * wave(a, 9.1), 500.0)),
            2 => rows.push(row(1, SurveyKind::OtherDefinition, at, truth[a] - 0.25 + 0.2 * wave(a, 7.7), 400.0)),
            _ => {}
        }
        let concept = 0.3 * wave(a, 3.3);
        rows.push(row(2, SurveyKind::AnyWork, at, truth[a] + 0.3 + concept + 0.3 * wave(a, 4.9), 400.0));
        rows.push(row(3, SurveyKind::AnyWork, at, truth[a] - 0.8 + concept + 0.5 * wave(a, 6.13), 400.0));
    }
    rows.push(row(0, SurveyKind::Reference, At::Province(3), -1.2, 400.0));
    rows.push(row(1, SurveyKind::OtherDefinition, At::Province(3), -1.9, 400.0));
    AreaData {
        areas: (0..areas).collect(),
        provinces: (0..provinces).map(|p| format!("p{p}")).collect(),
        population: (0..areas).map(|a| 1.0 + (a % 5) as f64).collect(),
        missing: (0..areas).map(|a| vec![false, a % 11 == 5]).collect(),
        covariance: DMatrix::from_row_slice(2, 2, &[0.5, 0.1, 0.1, 0.4]),
        province,
        z,
        rows,
        any_work: vec![2, 3],
        other: vec![1],
        definition_error: 0.3,
        province_scale: 0.5,
        district_scale: 1.0,
    }
}

fn variances() -> Variances {
    Variances { province: 0.16, district: 0.07, concept: 0.1, rounds: vec![0.15, 0.2] }
}

/// Dense H (rows × unknowns), prior variances and noise, in the order (v, c) of each area, then globals.
fn dense(data: &AreaData, level: &[f64], v: &Variances) -> (DMatrix<f64>, DVector<f64>, Vec<f64>, Vec<f64>) {
    let layout = Layout::new(data);
    let (n, g) = (data.areas.len(), layout.len());
    let mut h = DMatrix::zeros(data.rows.len(), 2 * n + g);
    let mut y = DVector::zeros(data.rows.len());
    let mut r = Vec::new();
    for (i, row) in data.rows.iter().enumerate() {
        let (column, offset) = row_column(data, layout, row, level);
        for (a, l) in column.local.iter().enumerate() {
            (h[(i, 2 * a)], h[(i, 2 * a + 1)]) = (l[0], l[1]);
        }
        for (k, x) in column.global.iter().enumerate() {
            h[(i, 2 * n + k)] = *x;
        }
        y[i] = row.y - offset;
        r.push(noise(data, row.kind, row.at, row.survey.saturating_sub(2), row.psi, v));
    }
    let mut prior: Vec<f64> = (0..n).flat_map(|_| [v.district, v.concept]).collect();
    for k in 0..g {
        prior.push(if k < layout.province(0) {
            1e4
        } else if k < layout.definition(0) {
            v.province
        } else {
            0.09
        });
    }
    (h, y, prior, r)
}

#[test]
fn elimination_agrees_with_a_dense_solve() {
    let data = data();
    let level = vec![-1.7; data.areas.len()];
    let v = variances();
    let system = System::new(&data, &|_| true, &level, vec![0.0; data.areas.len()]);
    let solution = system.solve(&v).unwrap();
    let (h, y, prior, r) = dense(&data, &level, &v);
    // marginal: y ~ N(0, V), V = H G H' + R; predictions G H' V⁻¹ y; the criterion is ln det V + y'V⁻¹y and the penalty
    let g = DMatrix::from_diagonal(&DVector::from_vec(prior));
    let noise = DMatrix::from_diagonal(&DVector::from_vec(r));
    let cross = &g * h.transpose();
    let marginal = &h * &cross + noise;
    let inverse = marginal.clone().cholesky().unwrap();
    let x = &cross * inverse.solve(&y);
    let n = data.areas.len();
    for a in 0..n {
        assert!((solution.x.local[a][0] - x[2 * a]).abs() < 1e-8, "v of area {a}");
        assert!((solution.x.local[a][1] - x[2 * a + 1]).abs() < 1e-8, "c of area {a}");
    }
    for (k, found) in solution.x.global.iter().enumerate() {
        assert!((found - x[2 * n + k]).abs() < 1e-6, "global {k}: {found} {}", x[2 * n + k]);
    }
    let criterion = inverse.l().diagonal().iter().map(|d| 2.0 * libm::log(*d)).sum::<f64>() + y.dot(&inverse.solve(&y));
    let penalty = -2.0 * libm::log(v.district) + v.province / 0.25 + v.district;
    assert!((solution.criterion - criterion - penalty).abs() < 1e-6, "{} {criterion}", solution.criterion);
    // posterior variance of a level: h'(G − G H' V⁻¹ H G)h
    let column: Column = super::solver::level_column(&data, Layout::new(&data), 40);
    let mut flat = DVector::zeros(g.nrows());
    flat[80] = column.local[40][0];
    for (k, c) in column.global.iter().enumerate() {
        flat[2 * n + k] = *c;
    }
    let posterior = &g - &cross * inverse.solve(&cross.transpose());
    let expected = flat.dot(&(posterior * &flat));
    assert!((column.dot(&solution.solve(&column)) - expected).abs() < 1e-7, "variance of a level");
}

#[test]
fn the_search_finds_a_minimum() {
    let data = data();
    let found = fit(&data).unwrap();
    let system = System::new(&data, &|_| true, &found.level, (0..data.areas.len()).map(|a| found.missing_variance(a)).collect());
    let best = system.solve(&found.variances).unwrap().criterion;
    for k in 0..5 {
        for factor in [0.8, 1.25] {
            let mut v = found.variances.clone();
            match k {
                0 => v.province *= factor,
                1 => v.district *= factor,
                2 => v.concept *= factor,
                k => v.rounds[k - 3] *= factor,
            }
            assert!(system.solve(&v).unwrap().criterion > best - 1e-3, "component {k} times {factor}: {:?}", found.variances);
        }
    }
}

#[test]
fn a_level_does_not_know_what_was_held_out() {
    let data = data();
    let out = |r: &AreaRow| r.at == At::Area(3) && r.kind == SurveyKind::Reference;
    let before = fit_rows(&data, &|r| !out(r)).unwrap();
    let mut other = data.clone();
    other.rows.iter_mut().filter(|r| out(r)).for_each(|r| r.y += 2.0);
    let after = fit_rows(&other, &|r| !out(r)).unwrap();
    assert_eq!(before.level, after.level);
    let row = data.rows.iter().find(|r| out(r)).unwrap();
    let (_, variance) = before.predict(&data, row);
    assert!(variance > before.level_variance[3] && variance > row.psi, "{variance}");
}

#[test]
fn surveys_weigh_by_what_they_measure_and_how_many_they_asked() {
    let data = data();
    let found = fit(&data).unwrap();
    let weight = |a: usize| found.weight(&data, a);
    assert!((0..24).all(|a| weight(a) > 0.5 && weight(a) < 1.0), "a survey of the reference makes most of its areas");
    assert!((24..36).all(|a| weight(a) > 0.0 && weight(a) < weight(0)), "another definition weighs less");
    assert!((36..48).all(|a| weight(a) == 0.0), "no survey, no weight");
    assert!(found.level_variance[40] > found.level_variance[0], "an unmeasured area is less sure");
    let missing = |a: usize| found.missing_variance(a) > 0.0;
    assert!((0..48).all(|a| missing(a) == (a % 11 == 5)), "missing covariates widen");
    let mut large = data.clone();
    large.rows[0].psi /= 100.0;
    let sure = fit(&large).unwrap();
    assert!((sure.level[0] - large.rows[0].y).abs() < (found.level[0] - data.rows[0].y).abs(), "a larger sample pulls more");
}

#[test]
fn surveys_of_a_province_that_disagree_are_both_carried() {
    let data = data();
    let found = fit(&data).unwrap();
    let areas: Vec<usize> = data.areas_of(3).collect();
    let (whole, variance) = found.whole(&data, &areas);
    assert!(whole < -1.2 && whole > -1.9, "between the two rates: {whole}");
    assert!(variance.sqrt() > 0.05, "and not sure of either");
    let definition = found.globals(&data).definitions[0];
    assert!(definition.0 < 0.0, "the lower survey is seen to measure less: {definition:?}");
}

#[test]
fn one_survey_without_any_work_is_enough() {
    let mut data = data();
    data.rows.retain(|r| r.survey == 0);
    data.any_work.clear();
    data.other.clear();
    let found = fit(&data).unwrap();
    assert!(found.level.iter().all(|x| x.is_finite()) && found.level_variance.iter().all(|v| *v > 0.0));
    assert!(fit_rows(&data, &|_| false).is_err(), "nothing to fit");
}
