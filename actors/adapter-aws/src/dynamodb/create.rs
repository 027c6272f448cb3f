//! The table as the stack makes it, for places without a stack.

use aws_sdk_dynamodb::{
    error::BuildError,
    types::{
        AttributeDefinition, BillingMode, GlobalSecondaryIndex, KeySchemaElement, KeyType, Projection, ProjectionType,
        ScalarAttributeType, TableStatus,
    },
};
use cueline_ports::{PortError, PortErrorKind, PortResult};

use super::{DynamoDb, INDEX};
use crate::error::Call;

/// How often a new table is looked at until it is there.
const LOOKS: u32 = 100;

impl DynamoDb {
    /// Creates the table if it is not there. A stack also turns on encryption, backups and deletion protection.
    pub async fn create(&self) -> PortResult<()> {
        let on = self.on();
        let call = Call { action: "dynamodb:CreateTable", on: &on };
        let built = |error: BuildError| PortError::invalid(error.to_string());
        let mut request = self.client.create_table().table_name(&self.name).billing_mode(BillingMode::PayPerRequest);
        for name in ["pk", "sk", "gp", "gs"] {
            let definition = AttributeDefinition::builder().attribute_name(name).attribute_type(ScalarAttributeType::S);
            request = request.attribute_definitions(definition.build().map_err(built)?);
        }
        let key = |name: &str, of: KeyType| KeySchemaElement::builder().attribute_name(name).key_type(of).build();
        let index = GlobalSecondaryIndex::builder()
            .index_name(INDEX)
            .key_schema(key("gp", KeyType::Hash).map_err(built)?)
            .key_schema(key("gs", KeyType::Range).map_err(built)?)
            .projection(Projection::builder().projection_type(ProjectionType::All).build());
        let request = request
            .key_schema(key("pk", KeyType::Hash).map_err(built)?)
            .key_schema(key("sk", KeyType::Range).map_err(built)?)
            .global_secondary_indexes(index.build().map_err(built)?);
        if let Err(error) = request.send().await
            && !error.as_service_error().is_some_and(|it| it.is_resource_in_use_exception())
        {
            return Err(call.failed(error));
        }
        for _ in 0..LOOKS {
            let told = self.client.describe_table().table_name(&self.name).send().await;
            let told = told.map_err(|error| Call { action: "dynamodb:DescribeTable", on: &on }.failed(error))?;
            if told.table().and_then(|table| table.table_status()) == Some(&TableStatus::Active) {
                return Ok(());
            }
            tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        }
        Err(call.error(PortErrorKind::Unavailable, "the table is not active yet"))
    }
}
