//! The model: a BERT encoder, its tokens averaged.
//!
//! Texts of a batch lie behind each other without padding. All linear layers run over the tokens of the whole batch;
//! attention alone looks at one text at a time.

use std::path::Path;

use cueline_ports::PortResult;
use serde::Deserialize;

use super::{
    integers::{Inputs, Weights},
    kernels::{Matrix, MatrixMut, gelu, layer_norm, multiply, multiply_transposed, softmax},
    tensors::{Tensors, damaged, missing},
};

/// The part of `config.json` that the arithmetic depends on.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Config {
    model_type: String,
    hidden_act: String,
    pub(super) hidden_size: usize,
    intermediate_size: usize,
    layer_norm_eps: f32,
    pub(super) max_position_embeddings: usize,
    num_attention_heads: usize,
    num_hidden_layers: usize,
    pub(super) vocab_size: usize,
}

impl Config {
    fn read(path: &Path) -> PortResult<Self> {
        let json = std::fs::read(path).map_err(|error| missing(path).with_source(error))?;
        let config: Self =
            serde_json::from_slice(&json).map_err(|error| damaged(path, "it cannot be read").with_source(error))?;
        let heads = config.num_attention_heads;
        let fits = heads > 0 && config.hidden_size > 0 && config.hidden_size.is_multiple_of(heads);
        if config.model_type != "bert" || config.hidden_act != "gelu" || !fits {
            return Err(damaged(path, "it describes no BERT encoder with gelu"));
        }
        Ok(config)
    }
}

struct Linear {
    weights: Weights,
    bias: Vec<f32>,
}

struct Norm {
    scale: Vec<f32>,
    shift: Vec<f32>,
}

struct Layer {
    /// Query, key and value in one; the query is scaled already.
    attend: Linear,
    attended: Linear,
    attended_norm: Norm,
    widen: Linear,
    narrow: Linear,
    narrow_norm: Norm,
}

/// The weights.
pub(super) struct Bert {
    pub(super) config: Config,
    words: Vec<f32>,
    /// Position and type, which always come together.
    positions: Vec<f32>,
    embedded_norm: Norm,
    layers: Vec<Layer>,
}

/// Room for the numbers of a batch, to be used again.
#[derive(Default)]
pub(super) struct Scratch {
    hidden: Vec<f32>,
    heads: Vec<f32>,
    scores: Vec<f32>,
    context: Vec<f32>,
    wide: Vec<f32>,
    inputs: Inputs,
}

impl Bert {
    pub(super) fn load(dir: &Path) -> PortResult<Self> {
        let config = Config::read(&dir.join("config.json"))?;
        let mut tensors = Tensors::open(&dir.join("model.safetensors"))?;
        let hidden = config.hidden_size;
        let kinds = tensors.read("embeddings.token_type_embeddings.weight", &[2, hidden])?;
        let shape = [config.max_position_embeddings, hidden];
        let mut positions = tensors.read("embeddings.position_embeddings.weight", &shape)?;
        for row in positions.chunks_exact_mut(hidden) {
            row.iter_mut().zip(&kinds).for_each(|(position, kind)| *position += kind);
        }
        let words = tensors.read("embeddings.word_embeddings.weight", &[config.vocab_size, hidden])?;
        let embedded_norm = Norm::read(&mut tensors, "embeddings", hidden)?;
        let layers = (0..config.num_hidden_layers)
            .map(|number| Layer::read(&mut tensors, &format!("encoder.layer.{number}"), &config))
            .collect::<PortResult<_>>()?;
        Ok(Self { config, words, positions, embedded_norm, layers })
    }

    /// The average of each text's last hidden states, of length 1. Texts must not be empty, nor longer than the positions.
    pub(super) fn embed(&self, texts: &[&[u32]], scratch: &mut Scratch) -> Vec<Vec<f32>> {
        let hidden = self.config.hidden_size;
        self.look_up(texts, &mut scratch.hidden);
        for layer in &self.layers {
            layer.run(texts, &self.config, scratch);
        }
        let mut rest = scratch.hidden.as_slice();
        let average = |text: &&[u32]| {
            let (rows, after) = rest.split_at(text.len() * hidden);
            rest = after;
            let mut vector = vec![0.0; hidden];
            for row in rows.chunks_exact(hidden) {
                vector.iter_mut().zip(row).for_each(|(sum, x)| *sum += x);
            }
            // The sum has the direction of the average.
            let _ = cueline_domain::vectors::normalise(&mut vector);
            vector
        };
        texts.iter().map(average).collect()
    }

    fn look_up(&self, texts: &[&[u32]], states: &mut Vec<f32>) {
        let hidden = self.config.hidden_size;
        states.clear();
        for text in texts {
            for (position, token) in self.positions.chunks_exact(hidden).zip(*text) {
                let word = &self.words[*token as usize * hidden..][..hidden];
                states.extend(word.iter().zip(position).map(|(word, position)| word + position));
            }
        }
        let no_bias = vec![0.0; hidden];
        let norm = &self.embedded_norm;
        layer_norm(states, &no_bias, &norm.scale, &norm.shift, self.config.layer_norm_eps);
    }
}

impl Linear {
    /// From layers that look at the same inputs, behind each other, each multiplied by its factor.
    fn read(tensors: &mut Tensors, parts: &[(String, f32)], inputs: usize, outputs: usize) -> PortResult<Self> {
        let (mut weights, mut bias) = (Vec::new(), Vec::new());
        for (name, factor) in parts {
            let scaled = |numbers: Vec<f32>| numbers.into_iter().map(|number| number * factor).collect::<Vec<_>>();
            weights.extend(scaled(tensors.read(&format!("{name}.weight"), &[outputs, inputs])?));
            bias.extend(scaled(tensors.read(&format!("{name}.bias"), &[outputs])?));
        }
        let weights =
            Weights::new(&weights, inputs, bias.len()).ok_or_else(|| tensors.unusable("its layers have odd sizes"))?;
        Ok(Self { weights, bias })
    }

    fn one(tensors: &mut Tensors, name: String, inputs: usize, outputs: usize) -> PortResult<Self> {
        Self::read(tensors, &[(name, 1.0)], inputs, outputs)
    }
}

impl Norm {
    fn read(tensors: &mut Tensors, name: &str, hidden: usize) -> PortResult<Self> {
        let scale = tensors.read(&format!("{name}.LayerNorm.weight"), &[hidden])?;
        Ok(Self { scale, shift: tensors.read(&format!("{name}.LayerNorm.bias"), &[hidden])? })
    }
}

impl Layer {
    fn read(tensors: &mut Tensors, name: &str, config: &Config) -> PortResult<Self> {
        let (hidden, wide) = (config.hidden_size, config.intermediate_size);
        let scale = ((hidden / config.num_attention_heads) as f32).sqrt().recip();
        let parts = [("query", scale), ("key", 1.0), ("value", 1.0)];
        let parts = parts.map(|(part, factor)| (format!("{name}.attention.self.{part}"), factor));
        Ok(Self {
            attend: Linear::read(tensors, &parts, hidden, hidden)?,
            attended: Linear::one(tensors, format!("{name}.attention.output.dense"), hidden, hidden)?,
            attended_norm: Norm::read(tensors, &format!("{name}.attention.output"), hidden)?,
            widen: Linear::one(tensors, format!("{name}.intermediate.dense"), hidden, wide)?,
            narrow: Linear::one(tensors, format!("{name}.output.dense"), wide, hidden)?,
            narrow_norm: Norm::read(tensors, &format!("{name}.output"), hidden)?,
        })
    }

    fn run(&self, texts: &[&[u32]], config: &Config, scratch: &mut Scratch) {
        let Scratch { hidden, heads, scores, context, wide, inputs } = scratch;
        let tokens = hidden.len() / config.hidden_size;
        let epsilon = config.layer_norm_eps;

        heads.clear();
        (0..tokens).for_each(|_| heads.extend_from_slice(&self.attend.bias));
        self.attend.weights.run(heads, hidden, inputs, true);
        context.resize(tokens * config.hidden_size, 0.0);
        let mut first = 0;
        for text in texts {
            attend(config, first, text.len(), heads, scores, context);
            first += text.len();
        }
        // What comes in is added to what goes out, so the product is added in place.
        self.attended.weights.run(hidden, context, inputs, true);
        layer_norm(hidden, &self.attended.bias, &self.attended_norm.scale, &self.attended_norm.shift, epsilon);

        wide.resize(tokens * config.intermediate_size, 0.0);
        self.widen.weights.run(wide, hidden, inputs, false);
        gelu(wide, &self.widen.bias);
        self.narrow.weights.run(hidden, wide, inputs, true);
        layer_norm(hidden, &self.narrow.bias, &self.narrow_norm.scale, &self.narrow_norm.shift, epsilon);
    }
}

/// Attention within one text: `tokens` rows from row `first` on.
fn attend(config: &Config, first: usize, tokens: usize, heads: &[f32], scores: &mut Vec<f32>, context: &mut [f32]) {
    let hidden = config.hidden_size;
    let width = hidden / config.num_attention_heads;
    let stride = 3 * hidden;
    let rows = &heads[first * stride..];
    scores.resize(tokens * tokens, 0.0);
    for head in 0..config.num_attention_heads {
        let part = |which: usize| Matrix::new(&rows[which * hidden + head * width..], tokens, width, stride);
        multiply_transposed(&mut MatrixMut::new(scores, tokens, tokens, tokens), part(0), part(1), false);
        softmax(scores, tokens);
        let out = &mut context[first * hidden + head * width..];
        multiply(
            &mut MatrixMut::new(out, tokens, width, hidden),
            Matrix::new(scores, tokens, tokens, tokens),
            part(2),
            false,
        );
    }
}
