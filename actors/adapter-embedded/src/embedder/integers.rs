//! Linear layers in whole numbers of 16 bits.
//!
//! One instruction multiplies sixteen of them and adds the products in pairs: twice the work of a float instruction, with
//! half the memory, on every x86 machine of the last ten years. Weights have a scale per output and inputs one per token,
//! so little is lost: vectors agree with the float ones to a cosine of about 0.99999. Scales are chosen so that no sum can
//! overflow, and sums of whole numbers do not depend on their order: the result is the same on every machine.

/// Outputs that are computed together: two wide registers of sums.
const OUTPUTS: usize = 16;

/// Tokens that are computed together; with two registers each they fill the machine's sixteen.
const TOKENS: usize = 6;

/// Steps of the largest weight of an output: eleven bits leave room for the inputs in a sum of 32.
const WEIGHT_STEPS: f32 = 2_047.0;

/// The weights of sixteen outputs for two neighbouring inputs.
type WeightPairs = [i16; 2 * OUTPUTS];

/// Two neighbouring inputs of each of six tokens.
type InputPairs = [i32; TOKENS];

/// Sums of one tile.
type Sums = [[i32; OUTPUTS]; TOKENS];

/// A linear layer without its bias.
pub(super) struct Weights {
    inputs: usize,
    outputs: usize,
    /// For each sixteen outputs, all pairs of inputs.
    panels: Vec<WeightPairs>,
    scales: Vec<f32>,
    input_steps: f32,
}

/// Inputs of a layer in the form it needs, to be used again.
#[derive(Default)]
pub(super) struct Inputs {
    tiles: Vec<InputPairs>,
    scales: Vec<f32>,
}

impl Weights {
    /// From one row of weights per output. `None` when the sizes do not fit this arithmetic.
    pub(super) fn new(weights: &[f32], inputs: usize, outputs: usize) -> Option<Self> {
        if inputs == 0
            || !inputs.is_multiple_of(2)
            || !outputs.is_multiple_of(OUTPUTS)
            || weights.len() != inputs * outputs
        {
            return None;
        }
        let mut scales = Vec::with_capacity(outputs);
        let mut codes = Vec::with_capacity(weights.len());
        let mut largest_sum = 1_i64;
        for row in weights.chunks_exact(inputs) {
            let largest = row.iter().fold(f32::MIN_POSITIVE, |most, x| most.max(x.abs()));
            let scale = largest / WEIGHT_STEPS;
            let start = codes.len();
            codes.extend(row.iter().map(|x| (x / scale).round() as i16));
            let sum = codes[start..].iter().map(|code| i64::from(code.unsigned_abs())).sum();
            largest_sum = largest_sum.max(sum);
            scales.push(scale);
        }
        let pairs = inputs / 2;
        let mut panels = vec![[0; 2 * OUTPUTS]; outputs / OUTPUTS * pairs];
        for (output, row) in codes.chunks_exact(inputs).enumerate() {
            let panel = &mut panels[output / OUTPUTS * pairs..][..pairs];
            for (place, pair) in panel.iter_mut().zip(row.as_chunks::<2>().0) {
                place[output % OUTPUTS * 2..][..2].copy_from_slice(pair);
            }
        }
        let input_steps = (i64::from(i32::MAX) / largest_sum).min(32_767) as f32;
        Some(Self { inputs, outputs, panels, scales, input_steps })
    }

    /// `out = input · weightsᵀ`, or `out += …`; one row per token.
    pub(super) fn run(&self, out: &mut [f32], input: &[f32], room: &mut Inputs, add: bool) {
        room.fill(input, self.inputs, self.input_steps);
        let pairs = self.inputs / 2;
        for (panel, weights) in self.panels.chunks_exact(pairs).enumerate() {
            let columns = panel * OUTPUTS..(panel + 1) * OUTPUTS;
            for (tile, inputs) in room.tiles.chunks_exact(pairs).enumerate() {
                let sums = multiply(weights, inputs);
                let rows = out[tile * TOKENS * self.outputs..].chunks_exact_mut(self.outputs);
                for ((row, sums), scale) in rows.zip(&sums).zip(&room.scales[tile * TOKENS..]) {
                    let scaled = sums.iter().zip(&self.scales[columns.clone()]).map(|(sum, s)| *sum as f32 * s * scale);
                    let row = row[columns.clone()].iter_mut().zip(scaled);
                    row.for_each(|(out, x)| *out = if add { *out + x } else { x });
                }
            }
        }
    }
}

impl Inputs {
    fn fill(&mut self, input: &[f32], width: usize, steps: f32) {
        let tokens = input.len() / width;
        self.scales.clear();
        self.tiles.clear();
        self.tiles.resize(tokens.div_ceil(TOKENS) * (width / 2), [0; TOKENS]);
        for (token, row) in input.chunks_exact(width).enumerate() {
            let largest = largest(row);
            let factor = steps / largest;
            self.scales.push(largest / steps);
            let tile = &mut self.tiles[token / TOKENS * (width / 2)..][..width / 2];
            for (pairs, [low, high]) in tile.iter_mut().zip(row.as_chunks::<2>().0) {
                let (low, high) = (nearest(low * factor), nearest(high * factor));
                pairs[token % TOKENS] = (low & 0xffff) | (high << 16);
            }
        }
    }
}

fn largest(row: &[f32]) -> f32 {
    let mut most = [f32::MIN_POSITIVE; 16];
    let (chunks, tail) = row.as_chunks::<16>();
    for chunk in chunks {
        most.iter_mut().zip(chunk).for_each(|(most, x)| *most = if x.abs() > *most { x.abs() } else { *most });
    }
    most.iter().copied().chain(tail.iter().map(|x| x.abs())).fold(f32::MIN_POSITIVE, f32::max)
}

/// Rounds by adding half and cutting, which has an instruction of its own.
fn nearest(x: f32) -> i32 {
    (x + 0.5_f32.copysign(x)) as i32
}

/// The sums of a tile, with the widest instructions of the machine.
fn multiply(weights: &[WeightPairs], inputs: &[InputPairs]) -> Sums {
    #[cfg(target_arch = "x86_64")]
    if let Some(simd) = pulp::x86::V3::try_new() {
        return simd.vectorize(wide::Tile { simd, weights, inputs });
    }
    portable(weights, inputs)
}

/// The same in plain words.
fn portable(weights: &[WeightPairs], inputs: &[InputPairs]) -> Sums {
    let mut sums = Sums::default();
    for (weights, inputs) in weights.iter().zip(inputs) {
        for (sums, pair) in sums.iter_mut().zip(inputs) {
            let (low, high) = (i32::from(*pair as i16), pair >> 16);
            for (sum, weight) in sums.iter_mut().zip(weights.as_chunks::<2>().0) {
                let products =
                    i32::from(weight[0]).wrapping_mul(low).wrapping_add(i32::from(weight[1]).wrapping_mul(high));
                *sum = sum.wrapping_add(products);
            }
        }
    }
    sums
}

#[cfg(target_arch = "x86_64")]
mod wide {
    use std::arch::x86_64::__m256i;

    use pulp::{NullaryFnOnce, bytemuck::cast, x86::V3};

    use super::{InputPairs, OUTPUTS, Sums, TOKENS, WeightPairs};

    /// A tile to compute with AVX2.
    pub(super) struct Tile<'a> {
        pub(super) simd: V3,
        pub(super) weights: &'a [WeightPairs],
        pub(super) inputs: &'a [InputPairs],
    }

    impl NullaryFnOnce for Tile<'_> {
        type Output = Sums;

        #[inline(always)]
        fn call(self) -> Sums {
            let (avx, avx2) = (self.simd.avx, self.simd.avx2);
            let mut sums = [[avx._mm256_setzero_si256(); 2]; TOKENS];
            for (weights, inputs) in self.weights.iter().zip(self.inputs) {
                let weights: [__m256i; 2] = cast(*weights);
                for (sums, pair) in sums.iter_mut().zip(inputs) {
                    let pair = avx._mm256_set1_epi32(*pair);
                    for (sum, weights) in sums.iter_mut().zip(weights) {
                        *sum = avx2._mm256_add_epi32(*sum, avx2._mm256_madd_epi16(weights, pair));
                    }
                }
            }
            sums.map(cast::<[__m256i; 2], [i32; OUTPUTS]>)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(count: usize, seed: u32) -> Vec<f32> {
        let mut state = seed;
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) as f32 / (1 << 24) as f32 - 0.5
        };
        (0..count).map(|_| next() + next() + next()).collect()
    }

    #[test]
    fn whole_numbers_agree_with_floats() {
        let (inputs, outputs, tokens) = (64, 32, 13);
        let (weights, input) = (numbers(inputs * outputs, 1), numbers(tokens * inputs, 2));
        let layer = Weights::new(&weights, inputs, outputs).unwrap();
        let mut out = vec![1.0; tokens * outputs];
        let mut room = Inputs::default();
        layer.run(&mut out, &input, &mut room, true);
        layer.run(&mut out, &input, &mut room, true);
        for token in 0..tokens {
            for output in 0..outputs {
                let row = weights[output * inputs..][..inputs].iter().zip(&input[token * inputs..]);
                let exact = 1.0 + 2.0 * row.map(|(w, x)| w * x).sum::<f32>();
                let found = out[token * outputs + output];
                assert!((exact - found).abs() < 5e-3, "{exact} {found}");
            }
        }
    }

    #[test]
    fn both_ways_to_compute_a_tile_agree() {
        let weights: Vec<WeightPairs> =
            (0..40).map(|n| std::array::from_fn(|m| ((n * 97 + m * 31) % 4_095) as i16 - 2_047)).collect();
        let inputs: Vec<InputPairs> = (0..40)
            .map(|n| std::array::from_fn(|m| (n * 7_919_i32 + m as i32 * 104_729).wrapping_mul(524_287)))
            .collect();
        assert_eq!(multiply(&weights, &inputs), portable(&weights, &inputs));
    }

    #[test]
    fn the_worst_case_does_not_overflow() {
        let inputs = 1_536;
        let layer = Weights::new(&vec![1.0; inputs * OUTPUTS], inputs, OUTPUTS).unwrap();
        let mut out = vec![0.0; OUTPUTS];
        layer.run(&mut out, &vec![3.0; inputs], &mut Inputs::default(), false);
        assert!((out[0] - 3.0 * inputs as f32).abs() < 1.0, "{}", out[0]);
    }

    #[test]
    fn odd_sizes_are_refused() {
        assert!(Weights::new(&[0.0; 16 * 3], 3, 16).is_none());
        assert!(Weights::new(&[0.0; 15 * 4], 4, 15).is_none());
    }
}
