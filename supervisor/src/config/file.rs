//! The form of a configuration file, and how it becomes a [`Config`].

use std::{
    collections::{BTreeMap, BTreeSet},
    net::SocketAddr,
    path::{Path, PathBuf},
    time::Duration,
};

use serde::Deserialize;

use cueline_domain::guarding::GuardRules;

use super::{
    Admin, ChatModel, Config, ConfigError, ConfigProblem, DEFAULT_ADMIN, DEFAULT_DATA, Log, LogFormat, Overrides,
    Parser, Serve, Telemetry, collections, doors, gateway, hosted, read::Source, routing, rules, tenants,
};

/// A file as it was read, with its text for naming lines.
#[derive(Default)]
pub(super) struct File {
    origin: Option<(PathBuf, String)>,
    content: Content,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Content {
    data: Option<PathBuf>,
    stack: Option<String>,
    full_look_seconds: Option<u64>,
    inbox: Option<PathBuf>,
    definitions: Option<PathBuf>,
    models: Option<PathBuf>,
    drain_seconds: Option<u64>,
    admin: AdminTable,
    doors: doors::DoorsTable,
    gateway: gateway::GatewayTable,
    targets: BTreeMap<String, toml::Value>,
    policies: BTreeMap<String, toml::Value>,
    splits: BTreeMap<String, toml::Value>,
    tenants: BTreeMap<String, toml::Value>,
    router: routing::RouterTable,
    alerts: BTreeMap<String, toml::Value>,
    rules: BTreeMap<String, toml::Value>,
    parser: ParserTable,
    log: LogTable,
    telemetry: TelemetryTable,
    chat: BTreeMap<String, toml::Value>,
    bedrock: Option<toml::Value>,
    embedders: BTreeMap<String, toml::Value>,
    rerankers: BTreeMap<String, toml::Value>,
    guards: BTreeMap<String, toml::Value>,
    collections: BTreeMap<String, toml::Value>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct AdminTable {
    address: Option<String>,
    insecure: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct ParserTable {
    children: Option<usize>,
    memory_mib: Option<u64>,
    seconds: Option<u64>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct LogTable {
    format: Option<LogFormat>,
    filter: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct TelemetryTable {
    otlp_endpoint: Option<String>,
    service_name: Option<String>,
    embedded_metrics: Option<bool>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ChatTable {
    base_url: String,
    model: String,
    api_key_env: Option<String>,
    connect_seconds: Option<f64>,
}

/// How long a connection to the server of a chat model may take.
const CONNECT: Duration = Duration::from_secs(5);

impl File {
    /// Reads a file; its collections are looked at in [`Self::resolve`].
    pub(super) fn read(path: &Path) -> Result<Self, ConfigError> {
        let text = std::fs::read_to_string(path).map_err(|error| {
            ConfigError::of_file(path, format!("cannot be read: {error}"), "check the file and its permissions")
        })?;
        Self::parse(path, text)
    }

    /// As [`Self::read`], of a text.
    pub(super) fn parse(path: &Path, text: String) -> Result<Self, ConfigError> {
        let source = Source { file: path, text: &text };
        let content = source.typed("", source.table()?).map_err(|problem| ConfigError(vec![problem]))?;
        Ok(Self { content, origin: Some((path.to_owned(), text)) })
    }

    /// Flags over file over defaults; paths in the file are relative to the file.
    pub(super) fn resolve(self, overrides: &Overrides, base: &Path) -> Result<Config, ConfigError> {
        let Self { content, origin } = self;
        let source = origin.as_ref().map(|(file, text)| Source { file, text });
        let mut problems = Vec::new();
        let collections = collections::read(source.as_ref(), content.collections, &mut problems);
        let (hosted_chat, chat) = content.chat.into_iter().partition(|(_, table)| hosted::is_hosted(table));
        let chat = chat_models(source.as_ref(), chat, &mut problems);
        let is_local = |_: &String, table: &mut toml::Value| table.get("rules").is_some();
        let mut content_guards = content.guards;
        let local: BTreeMap<String, toml::Value> = content_guards.extract_if(.., is_local).collect();
        let guards = local_guards(source.as_ref(), local, &mut problems);
        let tables = hosted::Tables {
            bedrock: content.bedrock,
            chat: hosted_chat,
            embedders: content.embedders,
            rerankers: content.rerankers,
            guards: content_guards,
        };
        let hosted = hosted::read(source.as_ref(), tables, &mut problems);
        let mut known_guards: BTreeSet<String> = guards.keys().chain(hosted.guards.keys()).cloned().collect();
        let admin = admin(source.as_ref(), content.admin, overrides).unwrap_or_else(|problem| {
            problems.push(problem);
            Admin { address: SocketAddr::from(([127, 0, 0, 1], 0)), insecure: false }
        });
        let stack = overrides.stack.clone().or(content.stack).filter(|name| !name.is_empty());
        let serve = serve(stack.as_deref(), overrides).unwrap_or_else(|problem| {
            problems.push(problem);
            Serve::Everything
        });
        let doors = doors::read(source.as_ref(), content.doors, overrides, stack.is_some()).unwrap_or_else(|problem| {
            problems.push(problem);
            None
        });
        let (on_stack, audit) = (stack.is_some(), content.gateway.audit);
        // A stack may bring one along; whether it does is known when it is opened.
        known_guards.extend(on_stack.then(|| hosted::GUARD_OF_STACK.to_owned()));
        let gateway = gateway::read(source.as_ref(), content.gateway, overrides, on_stack, &known_guards)
            .unwrap_or_else(|problem| {
                problems.push(problem);
                None
            });
        let names: Vec<&String> = chat.keys().chain(hosted.chat.keys()).collect();
        let targets = routing::targets(source.as_ref(), content.targets, &names, &mut problems);
        let policies = routing::policies(source.as_ref(), content.policies, &names, &known_guards, &mut problems);
        let splits = routing::splits(source.as_ref(), content.splits, &policies, &mut problems);
        let alerts = routing::alerts(source.as_ref(), content.alerts, &mut problems);
        let tenants = tenants::read(source.as_ref(), content.tenants, &mut problems);
        let router = routing::router(source.as_ref(), content.router, on_stack, base, &mut problems);
        let rules = rules::read(source.as_ref(), content.rules, &mut problems);
        if !problems.is_empty() {
            return Err(ConfigError(problems));
        }
        let from_file = |path: PathBuf| base.join(path);
        let data = overrides.data.clone().or(content.data.map(from_file)).unwrap_or_else(|| DEFAULT_DATA.into());
        // The dashboards and alarms of a stack read the log.
        let embedded = content.telemetry.embedded_metrics.unwrap_or(stack.is_some());
        let endpoint = std::env::var("OTEL_EXPORTER_OTLP_ENDPOINT").ok().filter(|url| !url.is_empty());
        Ok(Config {
            inbox: content.inbox.map(from_file).unwrap_or_else(|| data.join("inbox")),
            stack,
            serve,
            full_look: content.full_look_seconds.map(|seconds| Duration::from_secs(seconds.max(1))),
            admin,
            doors,
            gateway,
            audit,
            targets,
            router,
            policies,
            splits,
            tenants,
            alerts,
            rules,
            models: model_directories(overrides.models.clone().or(content.models.map(from_file)), &data),
            chat,
            hosted,
            guards,
            collections,
            definitions: content.definitions.map(from_file),
            parser: Parser {
                children: content.parser.children,
                memory: content.parser.memory_mib.unwrap_or(2_048) << 20,
                wall: Duration::from_secs(content.parser.seconds.unwrap_or(120)),
            },
            drain: Duration::from_secs(content.drain_seconds.unwrap_or(10)),
            log: Log {
                format: overrides.log.or(content.log.format).unwrap_or_default(),
                filter: std::env::var("RUST_LOG").ok().or(content.log.filter).unwrap_or_else(|| "info".to_owned()),
            },
            telemetry: Telemetry {
                endpoint: endpoint.or(content.telemetry.otlp_endpoint),
                service: content.telemetry.service_name.unwrap_or_else(|| "cueline".to_owned()),
                embedded,
            },
            data,
        })
    }
}

/// `[guards.NAME]` with `rules`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct LocalGuardTable {
    rules: LocalRules,
}

/// `rules = "usual"`, or a table of them.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum LocalRules {
    Named(String),
    Written(Box<GuardRules>),
}

/// Guards of rules.
fn local_guards(
    source: Option<&Source<'_>>,
    tables: BTreeMap<String, toml::Value>,
    problems: &mut Vec<ConfigProblem>,
) -> BTreeMap<String, GuardRules> {
    let mut guards = BTreeMap::new();
    let Some(source) = source else { return guards };
    for (name, table) in tables {
        let prefix = format!("guards.{name}");
        match source.typed::<LocalGuardTable>(&prefix, table) {
            Ok(LocalGuardTable { rules: LocalRules::Named(usual) }) if usual == "usual" => {
                guards.insert(name, GuardRules::default());
            }
            Ok(LocalGuardTable { rules: LocalRules::Named(other) }) => {
                let key = format!("{prefix}.rules");
                problems.push(source.problem(&key, format!("is {other:?}"), "write \"usual\", or a table of rules"));
            }
            Ok(LocalGuardTable { rules: LocalRules::Written(rules) }) => {
                guards.insert(name, *rules);
            }
            Err(problem) => problems.push(problem),
        }
    }
    guards
}

/// Chat models behind an OpenAI-compatible URL.
fn chat_models(
    source: Option<&Source<'_>>,
    tables: BTreeMap<String, toml::Value>,
    problems: &mut Vec<ConfigProblem>,
) -> BTreeMap<String, ChatModel> {
    let mut models = BTreeMap::new();
    for (name, table) in tables {
        match source.map(|source| source.typed::<ChatTable>(&format!("chat.{name}"), table)) {
            Some(Ok(table)) => {
                if let (Some(source), Some(seconds)) = (source, table.connect_seconds)
                    && !(0.001..=600.0).contains(&seconds)
                {
                    let key = format!("chat.{name}.connect_seconds");
                    problems.push(source.problem(&key, "is no time that a caller waits", "write 0.001 to 600"));
                    continue;
                }
                models.insert(name, table.into());
            }
            Some(Err(problem)) => problems.push(problem),
            None => {}
        }
    }
    models
}

fn admin(source: Option<&Source<'_>>, table: AdminTable, overrides: &Overrides) -> Result<Admin, ConfigProblem> {
    let at = |problem: String, fix: &str| match (source, &overrides.admin) {
        (Some(source), None) => source.problem("admin.address", problem, fix),
        _ => ConfigProblem { place: "--admin".into(), line: None, key: String::new(), problem, fix: fix.into() },
    };
    let given = overrides.admin.clone().or(table.address).unwrap_or_else(|| DEFAULT_ADMIN.to_owned());
    let address: SocketAddr = given
        .replace("localhost:", "127.0.0.1:")
        .parse()
        .map_err(|_| at(format!("`{given}` is not an address"), "write IP:PORT, e.g. 127.0.0.1:7717"))?;
    let insecure = overrides.insecure_admin || table.insecure;
    if !address.ip().is_loopback() && !insecure {
        let fix = "listen on 127.0.0.1 behind a proxy with TLS, or add --insecure-admin if the network is trusted";
        return Err(at(format!("{address} is reachable from other machines, without TLS"), fix));
    }
    Ok(Admin { address, insecure })
}

fn serve(stack: Option<&str>, overrides: &Overrides) -> Result<Serve, ConfigProblem> {
    let Some(given) = overrides.serve.as_deref().filter(|given| !given.is_empty()) else {
        return Ok(Serve::Everything);
    };
    let at = |problem: String, fix: String| ConfigProblem {
        place: "--serve".into(),
        line: None,
        key: String::new(),
        problem,
        fix,
    };
    if stack.is_none() {
        let fix = "add --stack NAME, or leave it out: one process on a data directory serves everything";
        return Err(at(
            format!("`{given}` leaves work for other processes, and there is no stack to share"),
            fix.into(),
        ));
    }
    Serve::parse(given).map_err(|(problem, fix)| at(problem, fix))
}

fn model_directories(given: Option<PathBuf>, data: &Path) -> Vec<PathBuf> {
    if let Some(given) = given {
        return vec![given];
    }
    let mut directories = vec![data.join("models"), PathBuf::from("models")];
    directories.extend(std::env::home_dir().map(|home| home.join(".cache/cueline/models")));
    directories
}

impl From<ChatTable> for ChatModel {
    fn from(ChatTable { base_url, model, api_key_env, connect_seconds }: ChatTable) -> Self {
        Self { base_url, model, api_key_env, connect: connect_seconds.map_or(CONNECT, Duration::from_secs_f64) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(text: &str, overrides: &Overrides) -> Result<Config, String> {
        let file = File::parse(Path::new("etc/cueline.toml"), text.to_owned());
        file.and_then(|file| file.resolve(overrides, Path::new("etc"))).map_err(|error| error.to_string())
    }

    fn refusal(text: &str) -> String {
        load(text, &Overrides::default()).unwrap_err()
    }

    #[test]
    fn terms_of_tenants_are_read_and_mistakes_named() {
        let text = "[tenants.acme]\nbudget = 50.0\nper = 'month'\nweight = 2\n[tenants.'*']\nconcurrent = 5\n";
        let tenants = load(text, &Overrides::default()).unwrap().tenants;
        let (acme, others) = (tenants["acme"].terms(), tenants["*"].terms());
        assert_eq!((acme.budget.unwrap().limit.dollars(), acme.weight), (50.0, Some(2)));
        assert_eq!((others.limit.concurrent, others.budget), (Some(5), None));
        for (text, told) in [
            ("[tenants.a]\nbudget = -1.0\n", "tenants.a.budget: is -1"),
            ("[tenants.a]\nper = 'day'\n", "tenants.a.per: has no budget"),
            ("[tenants.a]\nper = 'week'\nbudget = 1.0\n", "unknown value `week`"),
            ("[tenants.'*']\nconcurrent = 0\n", "concurrent: is 0"),
            ("[tenants.'a b/c']\nconcurrent = 1\n", "name a tenant as keys do"),
            ("[tenants.a]\nbudgets = 1.0\n", "did you mean `budget`?"),
        ] {
            assert!(refusal(text).contains(told), "{}", refusal(text));
        }
    }

    #[test]
    fn nothing_is_enough() {
        let config = load("", &Overrides::default()).unwrap();
        assert_eq!(config.data, Path::new(DEFAULT_DATA));
        assert_eq!(config.inbox, Path::new(DEFAULT_DATA).join("inbox"));
        assert_eq!(config.admin.address.to_string(), DEFAULT_ADMIN);
        assert_eq!(config.collections.keys().collect::<Vec<_>>(), ["default"]);
        assert!(config.collections["default"].embedding.is_some());
    }

    #[test]
    fn flags_win_over_the_file_and_paths_are_relative_to_it() {
        let text = "data = 'd'\ninbox = 'in'\nadmin.address = '127.0.0.1:1'\nlog.format = 'json'";
        let config = load(text, &Overrides::default()).unwrap();
        assert_eq!((config.data.as_path(), config.inbox.as_path()), (Path::new("etc/d"), Path::new("etc/in")));
        assert_eq!((config.admin.address.port(), config.log.format), (1, LogFormat::Json));
        let overrides = Overrides { data: Some("x".into()), admin: Some("localhost:2".into()), ..Overrides::default() };
        let config = load(text, &overrides).unwrap();
        assert_eq!((config.data.as_path(), config.admin.address.port()), (Path::new("x"), 2));
    }

    #[test]
    fn unknown_keys_are_refused_with_file_line_key_and_fix() {
        let text = "[admin]\naddress = '127.0.0.1:1'\nadress = 'x'\n";
        assert_eq!(refusal(text), "etc/cueline.toml:3: admin.adress: unknown key `adress`; did you mean `address`?");
        let text = "[collections.hr]\n[collections.hr.retrieval]\ndept = 3\n";
        assert_eq!(
            refusal(text),
            "etc/cueline.toml:3: collections.hr.retrieval.dept: unknown key `dept`; did you mean `depth`?"
        );
    }

    #[test]
    fn every_bad_value_of_a_collection_is_named_at_once() {
        let text = "[collections.hr]\nretrieval = { depth = 5, results = 6 }\nanswering = { model = '' }\n";
        assert_eq!(
            refusal(text),
            "etc/cueline.toml:2: collections.hr.retrieval.results: is 6; write a number from 1 to 5 \
             (`retrieval.depth`)\netc/cueline.toml:3: collections.hr.answering.model: is empty; name a model, or remove \
             `answering`"
        );
    }

    #[test]
    fn broken_toml_and_bad_types_name_their_line() {
        assert!(refusal("a = 1\nb = = 2\n").starts_with("etc/cueline.toml:2: "));
        assert!(
            refusal("\n[parser]\nchildren = 'two'\n").starts_with("etc/cueline.toml:3: parser.children: invalid type")
        );
    }

    #[test]
    fn an_open_address_needs_the_flag() {
        assert!(refusal("admin.address = '0.0.0.0:7717'").contains("--insecure-admin"));
        let overrides = Overrides { insecure_admin: true, ..Overrides::default() };
        assert!(load("admin.address = '0.0.0.0:7717'", &overrides).is_ok());
        let overrides = Overrides { admin: Some("nonsense".into()), ..Overrides::default() };
        assert!(load("", &overrides).unwrap_err().starts_with("--admin: `nonsense` is not an address"));
    }

    #[test]
    fn work_is_shared_only_on_a_stack() {
        let serve = Some("parsing".to_owned());
        let overrides = Overrides { serve: serve.clone(), ..Overrides::default() };
        let refused = load("", &overrides).unwrap_err();
        assert!(refused.starts_with("--serve: `parsing` leaves work") && refused.contains("--stack"), "{refused}");
        let config = load("stack = 'mine'", &overrides).unwrap();
        assert_eq!(config.stack.as_deref(), Some("mine"));
        assert!(config.serve.kind("parsing") && !config.serve.kind("indexing"));
    }

    #[test]
    fn what_aws_hosts_has_tables_of_its_own() {
        let text = r#"
[bedrock]
models = ["amazon.*"]
patience_seconds = 5
quotas."amazon.nova-lite-v1:0" = { tokens_per_minute = 1000 }
[chat.local]
base_url = "http://localhost:11434/v1"
model = "small"
[chat.nova]
bedrock = "amazon.nova-lite-v1:0"
guardrail = { id = "gr1", version = "3" }
tier = "flex"
fields = { inferenceConfig = { topK = 20 } }
[chat.own]
sagemaker = "my-llm"
inference_component = "one"
[embedders.titan]
bedrock = "amazon.titan-embed-text-v2:0"
dimension = 512
[embedders.mine]
sagemaker = "my-endpoint"
dimension = 384
[rerankers.fine]
bedrock = "cohere.rerank-v3-5:0"
[guards.strict]
bedrock = "gr1"
version = "3"
"#;
        let config = load(text, &Overrides::default()).unwrap();
        assert_eq!(config.chat.keys().collect::<Vec<_>>(), ["local"]);
        let hosted = config.hosted;
        assert_eq!(hosted.bedrock.quotas["amazon.nova-lite-v1:0"].tokens_per_minute, Some(1_000));
        assert_eq!(hosted.bedrock.patience(), Some(Duration::from_secs(5)));
        let hosted::HostedChat::Bedrock(nova) = &hosted.chat["nova"] else { panic!("a model of Bedrock") };
        assert_eq!((nova.stream, nova.tier), (true, Some(hosted::HostedTier::Flex)));
        assert!(nova.guardrail.as_ref().unwrap().looks_first);
        assert_eq!(nova.fields.as_ref().unwrap()["inferenceConfig"]["topK"], 20);
        let hosted::HostedChat::SageMaker(own) = &hosted.chat["own"] else { panic!("an endpoint") };
        assert_eq!((own.inference_component.as_deref(), hosted.chat["own"].model()), (Some("one"), "my-llm"));
        assert!(
            matches!(&hosted.embedders["titan"], hosted::HostedEmbedder::Bedrock(titan) if titan.dimension == Some(512))
        );
        assert!(matches!(&hosted.embedders["mine"], hosted::HostedEmbedder::SageMaker(mine) if mine.dimension == 384));
        assert_eq!((hosted.rerankers.len(), hosted.guards.len()), (1, 1));
        assert!(load("", &Overrides::default()).unwrap().hosted.is_empty());
    }

    #[test]
    fn what_is_wrong_with_hosted_models_is_named_with_line_and_fix() {
        let text = "[embedders.a]\ndimension = 3\n[chat.b]\nbedrock = 'x'\nteir = 'flex'\n[chat.c]\nmodel = 'm'\n\
                    [guards.d]\nbedrock = 'x'\n[bedrock]\nmodel = 'x'\n";
        assert_eq!(
            refusal(text),
            "etc/cueline.toml:6: chat.c: `base_url` is missing; add `base_url`\n\
             etc/cueline.toml:11: bedrock.model: unknown key `model`; did you mean `models`?\n\
             etc/cueline.toml:5: chat.b.teir: unknown key `teir`; did you mean `tier`?\n\
             etc/cueline.toml:1: embedders.a: needs one of `bedrock` and `sagemaker`; write `bedrock` with a model, or \
             `sagemaker` with an endpoint\n\
             etc/cueline.toml:8: guards.d: `version` is missing; add `version`"
        );
        for (text, told) in [
            ("sagemaker = 'a/b'", "chat.e.sagemaker: is \"a/b\"; write its name: 1 to 63 letters"),
            ("sagemaker = 'a'\ninference_component = ''", "chat.e.inference_component: is \"\"; write its name"),
            ("sagemaker = 'a'\ntarget_model = ' '", "chat.e.target_model: is empty; write a name, or remove"),
            ("sagemaker = 'a'\nbedrock = 'b'", "chat.e: needs one of `bedrock` and `sagemaker`"),
            ("sagemaker = 'a'\nbase_url = 'b'", "chat.e.base_url: unknown key `base_url`"),
        ] {
            let refused = refusal(&format!("[chat.e]\n{text}\n"));
            assert!(refused.contains(told), "{refused}");
        }
    }

    #[test]
    fn a_collection_has_vectors_unless_it_says_none() {
        let config = load("[collections.a]\n[collections.b]\nembedding = 'none'", &Overrides::default()).unwrap();
        assert!(config.collections["a"].embedding.is_some() && config.collections["b"].embedding.is_none());
        assert!(refusal("[collections.Bad]").contains("collection name `Bad`"));
        assert!(refusal("[collections.a]\nname = 'b'").contains("remove `name`"));
    }
}
