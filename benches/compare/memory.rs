//! Memory bandwidth of the machine, and the bytes that a solve has to move.

use std::hint::black_box;
use std::time::Instant;

use tierlight_core::network::component::Method;
use tierlight_core::network::plan::Plan;

/// Numbers in each array of the copy: 256 MiB, beyond any cache.
const NUMBERS: usize = 1 << 25;
const RUNS: usize = 7;

/// Bytes read and written a second by copying one array into another on some threads; best of some runs.
pub fn copy_bandwidth(threads: usize) -> f64 {
    let from = vec![1.0f64; NUMBERS];
    let mut to = vec![2.0f64; NUMBERS];
    let part = NUMBERS.div_ceil(threads);
    let mut least = f64::INFINITY;
    for _ in 0..RUNS {
        let started = Instant::now();
        std::thread::scope(|scope| {
            for (to, from) in to.chunks_mut(part).zip(from.chunks(part)) {
                scope.spawn(move || to.copy_from_slice(black_box(from)));
            }
        });
        black_box(&mut to);
        least = least.min(started.elapsed().as_secs_f64());
    }
    (2 * NUMBERS * size_of::<f64>()) as f64 / least
}

/// Bytes of one forward solve of `lanes` columns: links and columns streamed through, and the suppliers' columns gathered on top.
///
/// Sites outside cycles are passed once; a component that is swept k times is passed k times more. `None` where a component is solved by
/// BiCGSTAB, whose steps are not known beforehand.
pub fn solve_bytes(plan: &Plan, lanes: usize) -> Option<(f64, f64)> {
    let mut passes = vec![1.0f64; plan.len()];
    for component in &plan.cycles {
        if component.forward.method == Method::Krylov {
            return None;
        }
        for (offset, times) in passes[component.start as usize..component.end as usize].iter_mut().enumerate() {
            *times += component.forward.sweeps_of(offset).map_or(0.0, f64::from);
        }
    }
    let column = (8 * lanes) as f64;
    let (mut streamed, mut gathered) = (0.0, 0.0);
    for (position, times) in passes.into_iter().enumerate() {
        let links = plan.suppliers.neighbours(position).len() as f64;
        streamed += times * (4.0 + 12.0 * links + 2.0 * column);
        gathered += times * links * column;
    }
    Some((streamed, streamed + gathered))
}
