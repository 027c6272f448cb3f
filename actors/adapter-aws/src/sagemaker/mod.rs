//! Models of your own behind SageMaker endpoints. Containers are told JSON; what they speak decides what they are here:
//!
//! | file | containers | becomes |
//! |---|---|---|
//! | `embedder` | Text Embeddings Inference | an `Embedder` |
//! | `model` | chat completions: vLLM, LMI, TGI's Messages API | a `Model`, its requests and answers as they are |
//! | `whole` | | an answer that came in one piece, as the events of one that streams |
//! | `endpoint` | anything that speaks JSON | |

mod embedder;
mod endpoint;
mod model;
mod whole;

pub use embedder::{SageMakerEmbedder, SageMakerEmbedderOptions};
pub use endpoint::SageMakerEndpoint;
pub use model::{SageMakerModel, SageMakerModelOptions};
