use tierlight_core::risk::area;
fn main() {
    let packs = tierlight_data::packs::read_packs(&[]).unwrap();
    let p = &packs.parameters;
    let pak = p.country("PAK").unwrap();
    let t = std::time::Instant::now();
    let (fit, est) = area::area_estimates(p, pak).unwrap().unwrap();
    println!("{:?}", t.elapsed());
    let data = area::AreaData::new(p, pak).unwrap();
    let v = &fit.variances;
    println!(
        "tau {:.4} sv {:.4} om {:.4} {:?}",
        v.province.sqrt(),
        v.district.sqrt(),
        v.concept.sqrt(),
        v.rounds.iter().map(|x| x.sqrt()).collect::<Vec<_>>()
    );
    let g = fit.globals(&data);
    println!("{:?}\n{:?}", data.provinces, g);
    for (k, name) in data.provinces.iter().enumerate() {
        let areas: Vec<usize> = data.areas_of(k).collect();
        let (m, var) = fit.whole(&data, &areas);
        println!("{name} {:.4} sd {:.3}", 1.0 / (1.0 + (-m).exp()), var.sqrt());
    }
    for (name, held) in [("LODO", area::leave_one_district_out(&data).unwrap()), ("LOPO", area::leave_one_province_out(&data).unwrap())] {
        println!("{name} {:?}", t.elapsed());
        for only in ["", "punjab_mics6", "gb_cls", "sindh_cls", "sindh_cls_preliminary"] {
            let h: Vec<_> = held.iter().filter(|h| only.is_empty() || p.surveys[data.rows[h.row].survey].id == only).collect();
            let n = h.len() as f64;
            let rmse = (h.iter().map(|h| (h.observed - h.predicted).powi(2)).sum::<f64>() / n).sqrt();
            let plain = (h.iter().map(|h| (h.observed - h.plain.unwrap()).powi(2)).sum::<f64>() / n).sqrt();
            let cov = |z: f64| h.iter().filter(|h| (h.observed - h.predicted).abs() <= z * h.sd).count() as f64 / n;
            println!("{only} {n} rmse {rmse:.3} plain {plain:.3} cov50 {:.3} cov90 {:.3}", cov(0.6745), cov(1.645));
        }
    }
    for e in est.iter().step_by(6) {
        let i = e.interval(1.645);
        println!(
            "{} {:?} syn {:.3} comb {:.3} [{:.3},{:.3}] w {:.2} {:?} {:?}",
            p.districts[e.district].name,
            e.direct.iter().map(|d| d.rate).collect::<Vec<_>>(),
            e.synthetic,
            e.combined(),
            i[0],
            i[1],
            e.weight,
            e.flags.iter().map(|f| f.slug()).collect::<Vec<_>>(),
            e.provenance
        );
    }
}
#[allow(dead_code)]
fn x() {}
