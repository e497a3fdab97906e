//! Sixteen lanes of numbers: what floating-point work is written over.
//!
//! Every operation here is one that the standard for floating-point numbers fixes to the bit (sum, product, quotient,
//! fused multiply-add, comparison, conversion), so it is the same on every instruction set; and what is built of them
//! below is written once.

use super::LANES;

/// Adding this to a number below 2²² leaves its nearest whole number in the low bits (ties to even).
const ROUNDER: f32 = 12_582_912.0;

/// Sixteen lanes on one instruction set.
///
/// The methods may be called only in code that is compiled for that instruction set, on a processor that has it; that
/// is why nothing outside this module sees them, and why inside it they are instantiated by `on_every_path` alone.
pub(super) trait Lanes {
    /// Sixteen numbers.
    type F: Copy;
    /// Sixteen whole numbers of 32 bits.
    type I: Copy;

    fn splat(value: f32) -> Self::F;
    fn load(from: &[f32; LANES]) -> Self::F;
    fn store(value: Self::F, to: &mut [f32; LANES]);
    fn add(a: Self::F, b: Self::F) -> Self::F;
    fn sub(a: Self::F, b: Self::F) -> Self::F;
    fn mul(a: Self::F, b: Self::F) -> Self::F;
    fn div(a: Self::F, b: Self::F) -> Self::F;
    /// `a × b + c`, rounded once.
    fn fused(a: Self::F, b: Self::F, c: Self::F) -> Self::F;
    /// The lesser, `b` if they do not compare.
    fn least(a: Self::F, b: Self::F) -> Self::F;
    /// The greater, `b` if they do not compare.
    fn greatest(a: Self::F, b: Self::F) -> Self::F;
    /// All lanes' sum, halves onto halves.
    fn sum(value: Self::F) -> f32;
    /// The greatest of all lanes, none of which is `NaN`.
    fn most(value: Self::F) -> f32;

    fn splat_whole(value: i32) -> Self::I;
    fn load_whole(from: &[i32; LANES]) -> Self::I;
    /// Bytes that stand for signed numbers.
    fn load_bytes(from: &[u8; LANES]) -> Self::I;
    fn add_whole(a: Self::I, b: Self::I) -> Self::I;
    fn sub_whole(a: Self::I, b: Self::I) -> Self::I;
    fn mul_whole(a: Self::I, b: Self::I) -> Self::I;
    fn sum_whole(value: Self::I) -> i32;
    /// Each bit pattern moved up by 23, to where a number's exponent lies.
    fn to_exponent(value: Self::I) -> Self::I;
    fn to_number(value: Self::I) -> Self::F;
    fn bits(value: Self::F) -> Self::I;
    fn from_bits(value: Self::I) -> Self::F;
    /// The lowest byte of each.
    fn store_bytes(value: Self::I, to: &mut [u8; LANES]);
    /// Sixteen times sixteen numbers with rows for columns.
    fn turn(square: [Self::F; LANES]) -> [Self::F; LANES];
    /// The lowest byte of each, those of the four in turn.
    fn store_fours(of: [Self::I; 4], to: &mut [[u8; 4]; LANES]);
}

/// The first sixteen numbers.
#[inline(always)]
pub(super) fn sixteen<T>(of: &[T]) -> &[T; LANES] {
    of.first_chunk().expect("rows and outputs come in whole lanes")
}

/// The first sixteen numbers, to be written.
#[inline(always)]
pub(super) fn sixteen_mut<T>(of: &mut [T]) -> &mut [T; LANES] {
    of.first_chunk_mut().expect("rows and outputs come in whole lanes")
}

/// The first `G` times sixteen numbers.
#[inline(always)]
pub(super) fn groups_of<T, const G: usize>(of: &[T]) -> &[[T; LANES]; G] {
    of.as_chunks().0.first_chunk().expect("outputs come in whole lanes")
}

/// The first `G` times sixteen numbers, to be written.
#[inline(always)]
pub(super) fn groups_of_mut<T, const G: usize>(of: &mut [T]) -> &mut [[T; LANES]; G] {
    of.as_chunks_mut().0.first_chunk_mut().expect("outputs come in whole lanes")
}

#[inline(always)]
pub(super) fn absolute<L: Lanes>(value: L::F) -> L::F {
    L::greatest(value, L::sub(L::splat(0.0), value))
}

/// `value × inverse`, rounded to whole numbers and held between `least` and `most`.
#[inline(always)]
pub(super) fn round<L: Lanes>(value: L::F, inverse: L::F, least: f32, most: f32) -> L::I {
    let placed = L::fused(value, inverse, L::splat(ROUNDER));
    let held = L::greatest(L::least(placed, L::splat(ROUNDER + most)), L::splat(ROUNDER + least));
    past_rounder::<L>(held)
}

/// The nearest whole number from 1 to 255, as the lowest byte of what is above it any.
#[inline(always)]
pub(super) fn byte<L: Lanes>(value: L::F) -> L::I {
    let placed = L::add(value, L::splat(ROUNDER));
    L::bits(L::greatest(L::least(placed, L::splat(ROUNDER + 255.0)), L::splat(ROUNDER + 1.0)))
}

/// The whole numbers that [`ROUNDER`] was added to.
#[inline(always)]
fn past_rounder<L: Lanes>(sum: L::F) -> L::I {
    L::sub_whole(L::bits(sum), L::splat_whole(ROUNDER.to_bits() as i32))
}

/// The nearest whole number of one below 2²², ties to even.
#[inline(always)]
pub(super) fn round_one(value: f32) -> f32 {
    (value + ROUNDER) - ROUNDER
}

/// 2 to the power of `x` for −126 ≤ x ≤ 0 (lower counts as −126); off by less than 3 parts in 10⁷.
#[inline(always)]
pub(super) fn power_of_two<L: Lanes>(x: L::F) -> L::F {
    // A polynomial fitted to 2^x on [−½, ½], where its greatest relative error is least.
    #[allow(clippy::approx_constant, reason = "fitted: near the logarithm of 2, not meant to be it")]
    const P: [f32; 6] = [1.0, 0.693_147, 0.240_222_42, 0.055_507_336, 0.009_671_513, 0.001_326_472_7];
    raise::<L, 6>(L::greatest(x, L::splat(-126.0)), P)
}

/// 2 to the power of `x`, by a polynomial that is near it on [−½, ½].
#[inline(always)]
fn raise<L: Lanes, const N: usize>(x: L::F, polynomial: [f32; N]) -> L::F {
    let whole = L::add(x, L::splat(ROUNDER));
    let part = L::sub(x, L::sub(whole, L::splat(ROUNDER)));
    let mut power = L::splat(polynomial[N - 1]);
    for nth in (0..N - 1).rev() {
        power = L::fused(power, part, L::splat(polynomial[nth]));
    }
    // The whole part goes straight into the exponent.
    L::from_bits(L::add_whole(L::bits(power), L::to_exponent(L::bits(whole))))
}

/// 255 times 2 to the power of `x` for x ≤ 0, rounded to a whole number.
#[inline(always)]
pub(super) fn share<L: Lanes>(x: L::F) -> L::I {
    // As above, with an error of less than a part in 10⁴, a fortieth of what is rounded away.
    const P: [f32; 4] = [0.999_928_06, 0.693_261, 0.242_611_12, 0.055_171_67];
    let power = raise::<L, 4>(L::greatest(x, L::splat(-20.0)), P);
    past_rounder::<L>(L::fused(power, L::splat(255.0), L::splat(ROUNDER)))
}

/// x·Φ(x), the Gaussian error linear unit; off by less than 5 parts in 10⁵, a hundredth of what 8 bits resolve.
#[inline(always)]
pub(super) fn gelu<L: Lanes>(x: L::F) -> L::F {
    /// Φ(x) − ½ is odd; a polynomial in x² fitted to it on [−4.25, 4.25], beyond which it is flat.
    const P: [f32; 9] = [
        0.398_902_33,
        -0.066_344_485,
        0.009_815_963,
        -0.001_108_558,
        9.341_815e-5,
        -5.626_368_4e-6,
        2.255_391_5e-7,
        -5.327_639_6e-9,
        5.564_701e-11,
    ];
    let held = L::greatest(L::least(x, L::splat(4.25)), L::splat(-4.25));
    let square = L::mul(held, held);
    let mut odd = L::splat(P[8]);
    for term in [P[7], P[6], P[5], P[4], P[3], P[2], P[1], P[0]] {
        odd = L::fused(odd, square, L::splat(term));
    }
    L::mul(x, L::fused(odd, held, L::splat(0.5)))
}

/// x · min(6, max(0, x + 3)) / 6, as x · min(1, max(0, x / 6 + ½)).
#[inline(always)]
pub(super) fn swish<L: Lanes>(x: L::F) -> L::F {
    L::mul(x, held_to_one::<L>(L::fused(x, L::splat(1.0 / 6.0), L::splat(0.5))))
}

/// What is below 0 as 0, and what is above 1 as 1.
#[inline(always)]
pub(super) fn held_to_one<L: Lanes>(x: L::F) -> L::F {
    L::greatest(L::least(x, L::splat(1.0)), L::splat(0.0))
}

#[cfg(test)]
mod tests {
    use super::super::portable::Portable;
    use super::{Lanes, gelu, power_of_two, round, round_one, share};

    /// What becomes of a number in one lane.
    fn one(x: f32, of: impl Fn([f32; 16]) -> [f32; 16]) -> f32 {
        of([x; 16])[0]
    }

    #[test]
    fn powers_of_two() {
        for step in 0..12_600 {
            let x = -(step as f32) / 100.0;
            let (found, exact) = (f64::from(one(x, power_of_two::<Portable>)), f64::from(x).exp2());
            assert!((found / exact - 1.0).abs() < 3e-7, "2^{x}: {found} for {exact}");
        }
        assert_eq!(one(0.0, power_of_two::<Portable>), 1.0);
        assert_eq!(one(-1000.0, power_of_two::<Portable>), one(-126.0, power_of_two::<Portable>));
    }

    #[test]
    fn shares_are_powers_of_two_in_whole_numbers() {
        for step in 0..3_000 {
            let x = -(step as f32) / 100.0;
            let found = share::<Portable>([x; 16])[0];
            assert!((f64::from(found) - 255.0 * f64::from(x).exp2()).abs() < 0.52, "{x}: {found}");
        }
        assert_eq!([0.0, -1e30].map(|x| share::<Portable>([x; 16])[0]), [255, 0]);
    }

    #[test]
    fn gelu_is_near_the_exact_one() {
        // Exact values of x·Φ(x), from tables of the normal distribution.
        for (x, exact) in [(-6.0, -0.0), (-2.0, -0.045_500_3), (-0.5, -0.154_269), (0.0, 0.0), (1.0, 0.841_345)] {
            let found = one(x, gelu::<Portable>);
            assert!((found - exact).abs() < 1e-4, "{x}: {found}");
        }
        assert!((one(30.0, gelu::<Portable>) - 30.0).abs() < 1e-3);
    }

    #[test]
    fn roundings() {
        assert_eq!([0.5, 1.5, 2.4, -0.6].map(round_one), [0.0, 2.0, 2.0, -1.0]);
        let placed = |x| round::<Portable>(Portable::splat(x), Portable::splat(10.0), -127.0, 127.0)[0];
        assert_eq!([-900.0, -1.0, 0.3, 900.0].map(placed), [-127, -10, 3, 127]);
    }
}
