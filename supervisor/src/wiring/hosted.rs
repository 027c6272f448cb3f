//! Models and guardrails that AWS hosts, in any world: on a laptop with keys, or on a stack.

use std::{collections::BTreeMap, sync::Arc};

use cueline_aws::{
    Connection, Meter,
    bedrock::{
        AllowList, Bedrock, BedrockEmbedder, BedrockGuard, BedrockModel, BedrockOptions, BedrockReranker,
        EmbedderOptions, EmbeddingFamily, FormBy, GuardOptions, ModelOptions, Quota, RerankerOptions, RerankingFamily,
    },
    sagemaker::{
        SageMakerEmbedder, SageMakerEmbedderOptions, SageMakerEndpoint, SageMakerModel, SageMakerModelOptions,
    },
};
use cueline_ports::{Embedder, Guardrail, Model, PortError, PortResult, ServiceTier};
use cueline_runtime::World;

use crate::config::hosted::{
    self, BedrockChat, EmbeddingModel, GUARD_OF_STACK, Hosted, HostedChat, HostedEmbedder, HostedForm, HostedTier,
    RerankingModel, SageMakerChat,
};

/// Adds what is configured. Nothing is called yet; what cannot be right is refused with its table. `guardrail` is the one of
/// the stack: for chat models of Bedrock that name none, and as a guard for collections.
pub(super) async fn add(
    hosted: &Hosted,
    guardrail: Option<&Guardrail>,
    world: &mut World,
    meter: Meter,
) -> PortResult<()> {
    let connection = Connection::from_environment().await;
    let bedrock = Bedrock::new(&connection, options(&hosted.bedrock), world.clock.clone(), meter.clone());
    for (name, chat) in &hosted.chat {
        let made: PortResult<Arc<dyn Model>> = match chat {
            HostedChat::Bedrock(chat) => {
                let mut options = model(chat);
                options.guardrail = options.guardrail.or_else(|| guardrail.cloned());
                BedrockModel::new(&bedrock, options).map(|model| Arc::new(model) as _)
            }
            HostedChat::SageMaker(chat) => {
                SageMakerModel::new(&connection, own_model(chat), meter.clone()).map(|model| Arc::new(model) as _)
            }
        };
        world.models.insert(name.clone(), made.map_err(|error| of("chat", name, error))?);
    }
    for (name, embedder) in &hosted.embedders {
        let made = self::embedder(embedder, &connection, &bedrock, &meter);
        world.embedders.insert(name.clone(), made.map_err(|error| of("embedders", name, error))?);
    }
    for (name, reranker) in &hosted.rerankers {
        let mut options = RerankerOptions::new(&reranker.bedrock);
        options.family = reranker.family.map(|family| match family {
            RerankingModel::Cohere => RerankingFamily::Cohere,
            RerankingModel::Amazon => RerankingFamily::Amazon,
        });
        let made = BedrockReranker::new(&bedrock, options).map_err(|error| of("rerankers", name, error))?;
        world.rerankers.insert(name.clone(), Arc::new(made));
    }
    if let Some(Guardrail { id, version, .. }) = guardrail {
        let made = BedrockGuard::new(&bedrock, GuardOptions::new(id, version));
        world
            .guards
            .insert(GUARD_OF_STACK.into(), Arc::new(made.map_err(|error| of("guards", GUARD_OF_STACK, error))?));
    }
    for (name, guard) in &hosted.guards {
        let mut options = GuardOptions::new(&guard.bedrock, &guard.version);
        options.longest_text = guard.longest_text.unwrap_or(options.longest_text);
        let made = BedrockGuard::new(&bedrock, options).map_err(|error| of("guards", name, error))?;
        world.guards.insert(name.clone(), Arc::new(made));
    }
    Ok(())
}

/// The table where it is wrong, in front.
fn of(table: &str, name: &str, error: PortError) -> PortError {
    PortError::new(error.kind, format!("{table}.{name}: {error}")).with_source(error)
}

fn options(bedrock: &hosted::Bedrock) -> BedrockOptions {
    let mut options = BedrockOptions::default();
    options.allowed = bedrock.models.as_ref().map(AllowList::new);
    let quota = |quota: &hosted::HostedQuota| Quota {
        tokens_per_minute: quota.tokens_per_minute,
        requests_per_minute: quota.requests_per_minute,
    };
    options.quotas = bedrock.quotas.iter().map(|(name, of)| (name.clone(), quota(of))).collect::<BTreeMap<_, _>>();
    options.patience = bedrock.patience().unwrap_or(options.patience);
    options.timeout = bedrock.timeout().unwrap_or(options.timeout);
    options
}

fn model(chat: &BedrockChat) -> ModelOptions {
    let mut options = ModelOptions::new(&chat.bedrock);
    options.guardrail = chat.guardrail.as_ref().map(|guardrail| Guardrail {
        id: guardrail.id.clone(),
        version: guardrail.version.clone(),
        looks_first: guardrail.looks_first,
    });
    options.form = match chat.form {
        HostedForm::Tool => FormBy::Tool,
        HostedForm::OutputConfig => FormBy::OutputConfig,
    };
    options.stream = chat.stream;
    options.tier = chat.tier.map(|tier| match tier {
        HostedTier::Priority => ServiceTier::Priority,
        HostedTier::Standard => ServiceTier::Standard,
        HostedTier::Flex => ServiceTier::Flex,
        HostedTier::Reserved => ServiceTier::Reserved,
    });
    options.metadata.clone_from(&chat.metadata);
    options.caches = chat.caches;
    options.written_token_weight = chat.written_token_weight.max(1);
    options.more_fields = chat.fields.clone().map(serde_json::Value::Object);
    options
}

fn own_model(chat: &SageMakerChat) -> SageMakerModelOptions {
    let mut options = SageMakerModelOptions::new(&chat.sagemaker);
    options.inference_component.clone_from(&chat.inference_component);
    options.target_model.clone_from(&chat.target_model);
    options.model.clone_from(&chat.model);
    options
}

fn embedder(
    embedder: &HostedEmbedder,
    connection: &Connection,
    bedrock: &Bedrock,
    meter: &Meter,
) -> PortResult<Arc<dyn Embedder>> {
    match embedder {
        HostedEmbedder::Bedrock(model) => {
            let mut options = EmbedderOptions::new(&model.bedrock);
            options.dimension = model.dimension;
            options.family = model.family.map(|family| match family {
                EmbeddingModel::TitanV2 => EmbeddingFamily::TitanV2,
                EmbeddingModel::CohereV3 => EmbeddingFamily::CohereV3,
                EmbeddingModel::CohereV4 => EmbeddingFamily::CohereV4,
            });
            Ok(Arc::new(BedrockEmbedder::new(bedrock, options)?))
        }
        HostedEmbedder::SageMaker(model) => {
            let component = model.component.as_deref();
            let endpoint = SageMakerEndpoint::new(connection, &model.sagemaker, component, meter.clone())?;
            let mut options = SageMakerEmbedderOptions::new(&model.sagemaker, model.dimension);
            options.max_tokens = model.max_tokens.unwrap_or(options.max_tokens);
            options.batch = model.batch.unwrap_or(options.batch);
            Ok(Arc::new(SageMakerEmbedder::new(endpoint, options)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_configured_is_what_is_asked() {
        let text = "bedrock = 'amazon.nova-lite-v1:0'\ntier = 'priority'\nform = 'output_config'\nstream = false\n\
                    guardrail = { id = 'gr1', version = 'DRAFT', looks_first = false }\nfields = { a = 1 }";
        let chat: BedrockChat = toml::from_str(text).unwrap();
        let options = model(&chat);
        assert_eq!((options.form, options.tier), (FormBy::OutputConfig, Some(ServiceTier::Priority)));
        assert_eq!((options.stream, options.more_fields), (false, Some(serde_json::json!({ "a": 1 }))));
        let guardrail = Guardrail { id: "gr1".into(), version: "DRAFT".into(), looks_first: false };
        assert_eq!(options.guardrail, Some(guardrail));
        let text = "sagemaker = 'mine'\ninference_component = 'one'\ntarget_model = 'a.tar.gz'\nmodel = 'lmi'";
        let options = own_model(&toml::from_str(text).unwrap());
        assert_eq!((options.endpoint.as_str(), options.inference_component.as_deref()), ("mine", Some("one")));
        assert_eq!((options.target_model.as_deref(), options.model.as_deref()), (Some("a.tar.gz"), Some("lmi")));
        let bedrock: hosted::Bedrock = toml::from_str("models = ['amazon.*']\npatience_seconds = 3").unwrap();
        let options = super::options(&bedrock);
        assert!(options.allowed.unwrap().has("amazon.nova-lite-v1:0"));
        assert_eq!(options.patience.as_secs(), 3);
    }
}
