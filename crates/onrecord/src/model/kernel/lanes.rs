//! Elementwise arithmetic whose roundings are fixed.

use super::LANES;

/// Adding this to a number below 2²² leaves its nearest whole number in the low bits (ties to even).
const ROUNDER: f32 = 12_582_912.0;

/// Lane by lane. A loop, for `array::map` is compiled apart, without the caller's instructions.
#[inline(always)]
pub(super) fn map<A: Copy, B: Copy + Default, const N: usize>(a: &[A; N], of: impl Fn(A) -> B) -> [B; N] {
    let mut out = [B::default(); N];
    for i in 0..N {
        out[i] = of(a[i]);
    }
    out
}

/// Two by two.
#[inline(always)]
pub(super) fn zip(a: [f32; LANES], b: [f32; LANES], join: impl Fn(f32, f32) -> f32) -> [f32; LANES] {
    let mut out = a;
    for i in 0..LANES {
        out[i] = join(a[i], b[i]);
    }
    out
}

/// All lanes joined, by the one tree: halves onto halves.
#[inline(always)]
pub(super) fn join(lanes: [f32; LANES], join: impl Fn(f32, f32) -> f32) -> f32 {
    let mut out = lanes;
    let mut half = LANES / 2;
    while half > 0 {
        for i in 0..half {
            out[i] = join(out[i], out[i + half]);
        }
        half /= 2;
    }
    out[0]
}

/// The lesser, `b` if they do not compare: what vector instructions give.
#[inline(always)]
pub(super) fn least(a: f32, b: f32) -> f32 {
    if a < b { a } else { b }
}

/// The greater, `b` if they do not compare.
#[inline(always)]
pub(super) fn greatest(a: f32, b: f32) -> f32 {
    if a > b { a } else { b }
}

/// The nearest whole number of one below 2²², ties to even.
#[inline(always)]
pub(super) fn round(value: f32) -> f32 {
    (value + ROUNDER) - ROUNDER
}

/// `value × inverse + zero`, rounded and held between 0 and 255.
#[inline(always)]
pub(super) fn round_to_byte(value: f32, inverse: f32, zero: f32) -> u8 {
    let placed = value.mul_add(inverse, zero + ROUNDER);
    greatest(least(placed, ROUNDER + 255.0), ROUNDER).to_bits() as u8
}

/// `value × inverse`, rounded and held between −`most` and `most`.
#[inline(always)]
pub(super) fn round_signed(value: f32, inverse: f32, most: f32) -> i32 {
    let placed = value.mul_add(inverse, ROUNDER);
    (greatest(least(placed, ROUNDER + most), ROUNDER - most).to_bits() as i32).wrapping_sub(ROUNDER.to_bits() as i32)
}

/// 2 to the power of `x` for −126 ≤ x ≤ 0 (lower counts as −126); off by less than 3 parts in 10⁷.
#[inline(always)]
pub(crate) fn power_of_two(x: f32) -> f32 {
    // A polynomial fitted to 2^x on [−½, ½], where its greatest relative error is least.
    const P: [f32; 6] = [1.0, 0.693_147, 0.240_222_42, 0.055_507_336, 0.009_671_513, 0.001_326_472_7];
    let x = greatest(x, -126.0);
    let whole = x + ROUNDER;
    let part = x - (whole - ROUNDER);
    let power = P[5].mul_add(part, P[4]);
    let power = power.mul_add(part, P[3]);
    let power = power.mul_add(part, P[2]);
    let power = power.mul_add(part, P[1]);
    let power = power.mul_add(part, P[0]);
    // The whole part goes straight into the exponent.
    f32::from_bits(power.to_bits().wrapping_add(whole.to_bits() << 23))
}

/// x·Φ(x), the Gaussian error linear unit; off by less than 5 parts in 10⁵, a hundredth of what 8 bits resolve.
#[inline(always)]
pub(super) fn gelu(x: f32) -> f32 {
    // Φ(x) − ½ is odd; a polynomial in x² fitted to it on [−4.25, 4.25], beyond which it is flat.
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
    let held = greatest(least(x, 4.25), -4.25);
    let square = held * held;
    let mut odd = P[8];
    for i in (0..8).rev() {
        odd = odd.mul_add(square, P[i]);
    }
    x * odd.mul_add(held, 0.5)
}

#[cfg(test)]
mod tests {
    use super::{gelu, power_of_two, round, round_signed, round_to_byte};

    #[test]
    fn powers_of_two() {
        for step in 0..12_600 {
            let x = -(step as f32) / 100.0;
            let (found, exact) = (f64::from(power_of_two(x)), f64::from(x).exp2());
            assert!((found / exact - 1.0).abs() < 3e-7, "2^{x}: {found} for {exact}");
        }
        assert_eq!(power_of_two(0.0), 1.0);
        assert_eq!(power_of_two(-1000.0), power_of_two(-126.0));
    }

    #[test]
    fn gelu_is_near_the_exact_one() {
        // Exact values of x·Φ(x), from tables of the normal distribution.
        for (x, exact) in [(-6.0, -0.0), (-2.0, -0.045_500_26), (-0.5, -0.154_268_77), (0.0, 0.0), (1.0, 0.841_344_75)]
        {
            assert!((gelu(x) - exact).abs() < 1e-4, "{x}: {}", gelu(x));
        }
        assert!((gelu(30.0) - 30.0).abs() < 1e-3);
    }

    #[test]
    fn roundings() {
        assert_eq!([0.5, 1.5, 2.4, -0.6].map(round), [0.0, 2.0, 2.0, -1.0]);
        assert_eq!([-9.0, 0.0, 1.26, 500.0].map(|x| round_to_byte(x, 2.0, 10.0)), [0, 10, 13, 255]);
        assert_eq!([-900.0, -1.0, 0.3, 900.0].map(|x| round_signed(x, 10.0, 127.0)), [-127, -10, 3, 127]);
    }
}
