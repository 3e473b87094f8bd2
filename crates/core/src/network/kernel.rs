//! Hot loops, run with the widest instructions of the machine.

use pulp::{Arch, Simd, WithSimd};

/// A loop that is compiled once per instruction set. [`Kernel::run`] and all it calls must be inlined, or it loses the wide instructions.
pub(crate) trait Kernel {
    /// What it gives back.
    type Out;
    /// The loop.
    fn run(self) -> Self::Out;
}

struct Dispatched<K>(K);

impl<K: Kernel> WithSimd for Dispatched<K> {
    type Output = K::Out;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> K::Out {
        self.0.run()
    }
}

/// Runs a kernel. Its bits do not depend on the instructions: they work on each column alone, and none multiplies and adds at once.
pub(crate) fn dispatch<K: Kernel>(kernel: K) -> K::Out {
    Arch::new().dispatch(Dispatched(kernel))
}
