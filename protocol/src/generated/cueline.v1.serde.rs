impl serde::Serialize for Alarm {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.execution.is_empty() {
            len += 1;
        }
        if self.due_ms != 0 {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("cueline.v1.Alarm", len)?;
        if !self.execution.is_empty() {
            struct_ser.serialize_field("execution", &self.execution)?;
        }
        if self.due_ms != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("dueMs", ToString::to_string(&self.due_ms).as_str())?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for Alarm {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "execution",
            "due_ms",
            "dueMs",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Execution,
            DueMs,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "execution" => Ok(GeneratedField::Execution),
                            "dueMs" | "due_ms" => Ok(GeneratedField::DueMs),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = Alarm;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct cueline.v1.Alarm")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<Alarm, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut execution__ = None;
                let mut due_ms__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Execution => {
                            if execution__.is_some() {
                                return Err(serde::de::Error::duplicate_field("execution"));
                            }
                            execution__ = Some(map_.next_value()?);
                        }
                        GeneratedField::DueMs => {
                            if due_ms__.is_some() {
                                return Err(serde::de::Error::duplicate_field("dueMs"));
                            }
                            due_ms__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                    }
                }
                Ok(Alarm {
                    execution: execution__.unwrap_or_default(),
                    due_ms: due_ms__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("cueline.v1.Alarm", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for AlertChanged {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.id.is_empty() {
            len += 1;
        }
        if !self.rule.is_empty() {
            len += 1;
        }
        if !self.subject.is_empty() {
            len += 1;
        }
        if !self.state.is_empty() {
            len += 1;
        }
        if self.measured.is_some() {
            len += 1;
        }
        if self.threshold != 0. {
            len += 1;
        }
        if self.since_ms != 0 {
            len += 1;
        }
        if self.at_ms != 0 {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("cueline.v1.AlertChanged", len)?;
        if !self.id.is_empty() {
            struct_ser.serialize_field("id", &self.id)?;
        }
        if !self.rule.is_empty() {
            struct_ser.serialize_field("rule", &self.rule)?;
        }
        if !self.subject.is_empty() {
            struct_ser.serialize_field("subject", &self.subject)?;
        }
        if !self.state.is_empty() {
            struct_ser.serialize_field("state", &self.state)?;
        }
        if let Some(v) = self.measured.as_ref() {
            struct_ser.serialize_field("measured", v)?;
        }
        if self.threshold != 0. {
            struct_ser.serialize_field("threshold", &self.threshold)?;
        }
        if self.since_ms != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("sinceMs", ToString::to_string(&self.since_ms).as_str())?;
        }
        if self.at_ms != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("atMs", ToString::to_string(&self.at_ms).as_str())?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for AlertChanged {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "id",
            "rule",
            "subject",
            "state",
            "measured",
            "threshold",
            "since_ms",
            "sinceMs",
            "at_ms",
            "atMs",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Id,
            Rule,
            Subject,
            State,
            Measured,
            Threshold,
            SinceMs,
            AtMs,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "id" => Ok(GeneratedField::Id),
                            "rule" => Ok(GeneratedField::Rule),
                            "subject" => Ok(GeneratedField::Subject),
                            "state" => Ok(GeneratedField::State),
                            "measured" => Ok(GeneratedField::Measured),
                            "threshold" => Ok(GeneratedField::Threshold),
                            "sinceMs" | "since_ms" => Ok(GeneratedField::SinceMs),
                            "atMs" | "at_ms" => Ok(GeneratedField::AtMs),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = AlertChanged;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct cueline.v1.AlertChanged")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<AlertChanged, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut id__ = None;
                let mut rule__ = None;
                let mut subject__ = None;
                let mut state__ = None;
                let mut measured__ = None;
                let mut threshold__ = None;
                let mut since_ms__ = None;
                let mut at_ms__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Id => {
                            if id__.is_some() {
                                return Err(serde::de::Error::duplicate_field("id"));
                            }
                            id__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Rule => {
                            if rule__.is_some() {
                                return Err(serde::de::Error::duplicate_field("rule"));
                            }
                            rule__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Subject => {
                            if subject__.is_some() {
                                return Err(serde::de::Error::duplicate_field("subject"));
                            }
                            subject__ = Some(map_.next_value()?);
                        }
                        GeneratedField::State => {
                            if state__.is_some() {
                                return Err(serde::de::Error::duplicate_field("state"));
                            }
                            state__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Measured => {
                            if measured__.is_some() {
                                return Err(serde::de::Error::duplicate_field("measured"));
                            }
                            measured__ = 
                                map_.next_value::<::std::option::Option<::pbjson::private::NumberDeserialize<_>>>()?.map(|x| x.0)
                            ;
                        }
                        GeneratedField::Threshold => {
                            if threshold__.is_some() {
                                return Err(serde::de::Error::duplicate_field("threshold"));
                            }
                            threshold__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::SinceMs => {
                            if since_ms__.is_some() {
                                return Err(serde::de::Error::duplicate_field("sinceMs"));
                            }
                            since_ms__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::AtMs => {
                            if at_ms__.is_some() {
                                return Err(serde::de::Error::duplicate_field("atMs"));
                            }
                            at_ms__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                    }
                }
                Ok(AlertChanged {
                    id: id__.unwrap_or_default(),
                    rule: rule__.unwrap_or_default(),
                    subject: subject__.unwrap_or_default(),
                    state: state__.unwrap_or_default(),
                    measured: measured__,
                    threshold: threshold__.unwrap_or_default(),
                    since_ms: since_ms__.unwrap_or_default(),
                    at_ms: at_ms__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("cueline.v1.AlertChanged", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for AnswerReply {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.text.is_empty() {
            len += 1;
        }
        if !self.citations.is_empty() {
            len += 1;
        }
        if self.not_in_documents {
            len += 1;
        }
        if !self.model.is_empty() {
            len += 1;
        }
        if self.input_tokens != 0 {
            len += 1;
        }
        if self.output_tokens != 0 {
            len += 1;
        }
        if self.citations_dropped != 0 {
            len += 1;
        }
        if !self.notes.is_empty() {
            len += 1;
        }
        if !self.mode.is_empty() {
            len += 1;
        }
        if !self.untraced.is_empty() {
            len += 1;
        }
        if self.untraced_count != 0 {
            len += 1;
        }
        if self.passages_hidden != 0 {
            len += 1;
        }
        if !self.closest.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("cueline.v1.AnswerReply", len)?;
        if !self.text.is_empty() {
            struct_ser.serialize_field("text", &self.text)?;
        }
        if !self.citations.is_empty() {
            struct_ser.serialize_field("citations", &self.citations)?;
        }
        if self.not_in_documents {
            struct_ser.serialize_field("notInDocuments", &self.not_in_documents)?;
        }
        if !self.model.is_empty() {
            struct_ser.serialize_field("model", &self.model)?;
        }
        if self.input_tokens != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("inputTokens", ToString::to_string(&self.input_tokens).as_str())?;
        }
        if self.output_tokens != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("outputTokens", ToString::to_string(&self.output_tokens).as_str())?;
        }
        if self.citations_dropped != 0 {
            struct_ser.serialize_field("citationsDropped", &self.citations_dropped)?;
        }
        if !self.notes.is_empty() {
            struct_ser.serialize_field("notes", &self.notes)?;
        }
        if !self.mode.is_empty() {
            struct_ser.serialize_field("mode", &self.mode)?;
        }
        if !self.untraced.is_empty() {
            struct_ser.serialize_field("untraced", &self.untraced)?;
        }
        if self.untraced_count != 0 {
            struct_ser.serialize_field("untracedCount", &self.untraced_count)?;
        }
        if self.passages_hidden != 0 {
            struct_ser.serialize_field("passagesHidden", &self.passages_hidden)?;
        }
        if !self.closest.is_empty() {
            struct_ser.serialize_field("closest", &self.closest)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for AnswerReply {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "text",
            "citations",
            "not_in_documents",
            "notInDocuments",
            "model",
            "input_tokens",
            "inputTokens",
            "output_tokens",
            "outputTokens",
            "citations_dropped",
            "citationsDropped",
            "notes",
            "mode",
            "untraced",
            "untraced_count",
            "untracedCount",
            "passages_hidden",
            "passagesHidden",
            "closest",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Text,
            Citations,
            NotInDocuments,
            Model,
            InputTokens,
            OutputTokens,
            CitationsDropped,
            Notes,
            Mode,
            Untraced,
            UntracedCount,
            PassagesHidden,
            Closest,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "text" => Ok(GeneratedField::Text),
                            "citations" => Ok(GeneratedField::Citations),
                            "notInDocuments" | "not_in_documents" => Ok(GeneratedField::NotInDocuments),
                            "model" => Ok(GeneratedField::Model),
                            "inputTokens" | "input_tokens" => Ok(GeneratedField::InputTokens),
                            "outputTokens" | "output_tokens" => Ok(GeneratedField::OutputTokens),
                            "citationsDropped" | "citations_dropped" => Ok(GeneratedField::CitationsDropped),
                            "notes" => Ok(GeneratedField::Notes),
                            "mode" => Ok(GeneratedField::Mode),
                            "untraced" => Ok(GeneratedField::Untraced),
                            "untracedCount" | "untraced_count" => Ok(GeneratedField::UntracedCount),
                            "passagesHidden" | "passages_hidden" => Ok(GeneratedField::PassagesHidden),
                            "closest" => Ok(GeneratedField::Closest),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = AnswerReply;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct cueline.v1.AnswerReply")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<AnswerReply, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut text__ = None;
                let mut citations__ = None;
                let mut not_in_documents__ = None;
                let mut model__ = None;
                let mut input_tokens__ = None;
                let mut output_tokens__ = None;
                let mut citations_dropped__ = None;
                let mut notes__ = None;
                let mut mode__ = None;
                let mut untraced__ = None;
                let mut untraced_count__ = None;
                let mut passages_hidden__ = None;
                let mut closest__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Text => {
                            if text__.is_some() {
                                return Err(serde::de::Error::duplicate_field("text"));
                            }
                            text__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Citations => {
                            if citations__.is_some() {
                                return Err(serde::de::Error::duplicate_field("citations"));
                            }
                            citations__ = Some(map_.next_value()?);
                        }
                        GeneratedField::NotInDocuments => {
                            if not_in_documents__.is_some() {
                                return Err(serde::de::Error::duplicate_field("notInDocuments"));
                            }
                            not_in_documents__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Model => {
                            if model__.is_some() {
                                return Err(serde::de::Error::duplicate_field("model"));
                            }
                            model__ = Some(map_.next_value()?);
                        }
                        GeneratedField::InputTokens => {
                            if input_tokens__.is_some() {
                                return Err(serde::de::Error::duplicate_field("inputTokens"));
                            }
                            input_tokens__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::OutputTokens => {
                            if output_tokens__.is_some() {
                                return Err(serde::de::Error::duplicate_field("outputTokens"));
                            }
                            output_tokens__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::CitationsDropped => {
                            if citations_dropped__.is_some() {
                                return Err(serde::de::Error::duplicate_field("citationsDropped"));
                            }
                            citations_dropped__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Notes => {
                            if notes__.is_some() {
                                return Err(serde::de::Error::duplicate_field("notes"));
                            }
                            notes__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Mode => {
                            if mode__.is_some() {
                                return Err(serde::de::Error::duplicate_field("mode"));
                            }
                            mode__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Untraced => {
                            if untraced__.is_some() {
                                return Err(serde::de::Error::duplicate_field("untraced"));
                            }
                            untraced__ = Some(map_.next_value()?);
                        }
                        GeneratedField::UntracedCount => {
                            if untraced_count__.is_some() {
                                return Err(serde::de::Error::duplicate_field("untracedCount"));
                            }
                            untraced_count__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::PassagesHidden => {
                            if passages_hidden__.is_some() {
                                return Err(serde::de::Error::duplicate_field("passagesHidden"));
                            }
                            passages_hidden__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Closest => {
                            if closest__.is_some() {
                                return Err(serde::de::Error::duplicate_field("closest"));
                            }
                            closest__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(AnswerReply {
                    text: text__.unwrap_or_default(),
                    citations: citations__.unwrap_or_default(),
                    not_in_documents: not_in_documents__.unwrap_or_default(),
                    model: model__.unwrap_or_default(),
                    input_tokens: input_tokens__.unwrap_or_default(),
                    output_tokens: output_tokens__.unwrap_or_default(),
                    citations_dropped: citations_dropped__.unwrap_or_default(),
                    notes: notes__.unwrap_or_default(),
                    mode: mode__.unwrap_or_default(),
                    untraced: untraced__.unwrap_or_default(),
                    untraced_count: untraced_count__.unwrap_or_default(),
                    passages_hidden: passages_hidden__.unwrap_or_default(),
                    closest: closest__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("cueline.v1.AnswerReply", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for AnswerRequest {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.collection.is_empty() {
            len += 1;
        }
        if !self.question.is_empty() {
            len += 1;
        }
        if !self.passages.is_empty() {
            len += 1;
        }
        if !self.model.is_empty() {
            len += 1;
        }
        if !self.tenant.is_empty() {
            len += 1;
        }
        if !self.groups.is_empty() {
            len += 1;
        }
        if !self.mode.is_empty() {
            len += 1;
        }
        if !self.notes.is_empty() {
            len += 1;
        }
        if self.strict {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("cueline.v1.AnswerRequest", len)?;
        if !self.collection.is_empty() {
            struct_ser.serialize_field("collection", &self.collection)?;
        }
        if !self.question.is_empty() {
            struct_ser.serialize_field("question", &self.question)?;
        }
        if !self.passages.is_empty() {
            struct_ser.serialize_field("passages", &self.passages)?;
        }
        if !self.model.is_empty() {
            struct_ser.serialize_field("model", &self.model)?;
        }
        if !self.tenant.is_empty() {
            struct_ser.serialize_field("tenant", &self.tenant)?;
        }
        if !self.groups.is_empty() {
            struct_ser.serialize_field("groups", &self.groups)?;
        }
        if !self.mode.is_empty() {
            struct_ser.serialize_field("mode", &self.mode)?;
        }
        if !self.notes.is_empty() {
            struct_ser.serialize_field("notes", &self.notes)?;
        }
        if self.strict {
            struct_ser.serialize_field("strict", &self.strict)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for AnswerRequest {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "collection",
            "question",
            "passages",
            "model",
            "tenant",
            "groups",
            "mode",
            "notes",
            "strict",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Collection,
            Question,
            Passages,
            Model,
            Tenant,
            Groups,
            Mode,
            Notes,
            Strict,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "collection" => Ok(GeneratedField::Collection),
                            "question" => Ok(GeneratedField::Question),
                            "passages" => Ok(GeneratedField::Passages),
                            "model" => Ok(GeneratedField::Model),
                            "tenant" => Ok(GeneratedField::Tenant),
                            "groups" => Ok(GeneratedField::Groups),
                            "mode" => Ok(GeneratedField::Mode),
                            "notes" => Ok(GeneratedField::Notes),
                            "strict" => Ok(GeneratedField::Strict),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = AnswerRequest;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct cueline.v1.AnswerRequest")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<AnswerRequest, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut collection__ = None;
                let mut question__ = None;
                let mut passages__ = None;
                let mut model__ = None;
                let mut tenant__ = None;
                let mut groups__ = None;
                let mut mode__ = None;
                let mut notes__ = None;
                let mut strict__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Collection => {
                            if collection__.is_some() {
                                return Err(serde::de::Error::duplicate_field("collection"));
                            }
                            collection__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Question => {
                            if question__.is_some() {
                                return Err(serde::de::Error::duplicate_field("question"));
                            }
                            question__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Passages => {
                            if passages__.is_some() {
                                return Err(serde::de::Error::duplicate_field("passages"));
                            }
                            passages__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Model => {
                            if model__.is_some() {
                                return Err(serde::de::Error::duplicate_field("model"));
                            }
                            model__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Tenant => {
                            if tenant__.is_some() {
                                return Err(serde::de::Error::duplicate_field("tenant"));
                            }
                            tenant__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Groups => {
                            if groups__.is_some() {
                                return Err(serde::de::Error::duplicate_field("groups"));
                            }
                            groups__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Mode => {
                            if mode__.is_some() {
                                return Err(serde::de::Error::duplicate_field("mode"));
                            }
                            mode__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Notes => {
                            if notes__.is_some() {
                                return Err(serde::de::Error::duplicate_field("notes"));
                            }
                            notes__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Strict => {
                            if strict__.is_some() {
                                return Err(serde::de::Error::duplicate_field("strict"));
                            }
                            strict__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(AnswerRequest {
                    collection: collection__.unwrap_or_default(),
                    question: question__.unwrap_or_default(),
                    passages: passages__.unwrap_or_default(),
                    model: model__.unwrap_or_default(),
                    tenant: tenant__.unwrap_or_default(),
                    groups: groups__.unwrap_or_default(),
                    mode: mode__.unwrap_or_default(),
                    notes: notes__.unwrap_or_default(),
                    strict: strict__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("cueline.v1.AnswerRequest", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for BedrockBatchChange {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.batch_job_name.is_empty() {
            len += 1;
        }
        if !self.batch_job_arn.is_empty() {
            len += 1;
        }
        if !self.batch_model_id.is_empty() {
            len += 1;
        }
        if !self.status.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("cueline.v1.BedrockBatchChange", len)?;
        if !self.batch_job_name.is_empty() {
            struct_ser.serialize_field("batchJobName", &self.batch_job_name)?;
        }
        if !self.batch_job_arn.is_empty() {
            struct_ser.serialize_field("batchJobArn", &self.batch_job_arn)?;
        }
        if !self.batch_model_id.is_empty() {
            struct_ser.serialize_field("batchModelId", &self.batch_model_id)?;
        }
        if !self.status.is_empty() {
            struct_ser.serialize_field("status", &self.status)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for BedrockBatchChange {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "batch_job_name",
            "batchJobName",
            "batch_job_arn",
            "batchJobArn",
            "batch_model_id",
            "batchModelId",
            "status",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            BatchJobName,
            BatchJobArn,
            BatchModelId,
            Status,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "batchJobName" | "batch_job_name" => Ok(GeneratedField::BatchJobName),
                            "batchJobArn" | "batch_job_arn" => Ok(GeneratedField::BatchJobArn),
                            "batchModelId" | "batch_model_id" => Ok(GeneratedField::BatchModelId),
                            "status" => Ok(GeneratedField::Status),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = BedrockBatchChange;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct cueline.v1.BedrockBatchChange")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<BedrockBatchChange, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut batch_job_name__ = None;
                let mut batch_job_arn__ = None;
                let mut batch_model_id__ = None;
                let mut status__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::BatchJobName => {
                            if batch_job_name__.is_some() {
                                return Err(serde::de::Error::duplicate_field("batchJobName"));
                            }
                            batch_job_name__ = Some(map_.next_value()?);
                        }
                        GeneratedField::BatchJobArn => {
                            if batch_job_arn__.is_some() {
                                return Err(serde::de::Error::duplicate_field("batchJobArn"));
                            }
                            batch_job_arn__ = Some(map_.next_value()?);
                        }
                        GeneratedField::BatchModelId => {
                            if batch_model_id__.is_some() {
                                return Err(serde::de::Error::duplicate_field("batchModelId"));
                            }
                            batch_model_id__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Status => {
                            if status__.is_some() {
                                return Err(serde::de::Error::duplicate_field("status"));
                            }
                            status__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(BedrockBatchChange {
                    batch_job_name: batch_job_name__.unwrap_or_default(),
                    batch_job_arn: batch_job_arn__.unwrap_or_default(),
                    batch_model_id: batch_model_id__.unwrap_or_default(),
                    status: status__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("cueline.v1.BedrockBatchChange", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for ChatAttempt {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.target.is_empty() {
            len += 1;
        }
        if !self.outcome.is_empty() {
            len += 1;
        }
        if self.input_tokens != 0 {
            len += 1;
        }
        if self.output_tokens != 0 {
            len += 1;
        }
        if self.estimated {
            len += 1;
        }
        if self.cost != 0. {
            len += 1;
        }
        if self.first_ms != 0 {
            len += 1;
        }
        if self.whole_ms != 0 {
            len += 1;
        }
        if self.continued {
            len += 1;
        }
        if self.cached_tokens != 0 {
            len += 1;
        }
        if self.cache_written_tokens != 0 {
            len += 1;
        }
        if self.reasoning_tokens != 0 {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("cueline.v1.ChatAttempt", len)?;
        if !self.target.is_empty() {
            struct_ser.serialize_field("target", &self.target)?;
        }
        if !self.outcome.is_empty() {
            struct_ser.serialize_field("outcome", &self.outcome)?;
        }
        if self.input_tokens != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("inputTokens", ToString::to_string(&self.input_tokens).as_str())?;
        }
        if self.output_tokens != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("outputTokens", ToString::to_string(&self.output_tokens).as_str())?;
        }
        if self.estimated {
            struct_ser.serialize_field("estimated", &self.estimated)?;
        }
        if self.cost != 0. {
            struct_ser.serialize_field("cost", &self.cost)?;
        }
        if self.first_ms != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("firstMs", ToString::to_string(&self.first_ms).as_str())?;
        }
        if self.whole_ms != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("wholeMs", ToString::to_string(&self.whole_ms).as_str())?;
        }
        if self.continued {
            struct_ser.serialize_field("continued", &self.continued)?;
        }
        if self.cached_tokens != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("cachedTokens", ToString::to_string(&self.cached_tokens).as_str())?;
        }
        if self.cache_written_tokens != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("cacheWrittenTokens", ToString::to_string(&self.cache_written_tokens).as_str())?;
        }
        if self.reasoning_tokens != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("reasoningTokens", ToString::to_string(&self.reasoning_tokens).as_str())?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for ChatAttempt {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "target",
            "outcome",
            "input_tokens",
            "inputTokens",
            "output_tokens",
            "outputTokens",
            "estimated",
            "cost",
            "first_ms",
            "firstMs",
            "whole_ms",
            "wholeMs",
            "continued",
            "cached_tokens",
            "cachedTokens",
            "cache_written_tokens",
            "cacheWrittenTokens",
            "reasoning_tokens",
            "reasoningTokens",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Target,
            Outcome,
            InputTokens,
            OutputTokens,
            Estimated,
            Cost,
            FirstMs,
            WholeMs,
            Continued,
            CachedTokens,
            CacheWrittenTokens,
            ReasoningTokens,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "target" => Ok(GeneratedField::Target),
                            "outcome" => Ok(GeneratedField::Outcome),
                            "inputTokens" | "input_tokens" => Ok(GeneratedField::InputTokens),
                            "outputTokens" | "output_tokens" => Ok(GeneratedField::OutputTokens),
                            "estimated" => Ok(GeneratedField::Estimated),
                            "cost" => Ok(GeneratedField::Cost),
                            "firstMs" | "first_ms" => Ok(GeneratedField::FirstMs),
                            "wholeMs" | "whole_ms" => Ok(GeneratedField::WholeMs),
                            "continued" => Ok(GeneratedField::Continued),
                            "cachedTokens" | "cached_tokens" => Ok(GeneratedField::CachedTokens),
                            "cacheWrittenTokens" | "cache_written_tokens" => Ok(GeneratedField::CacheWrittenTokens),
                            "reasoningTokens" | "reasoning_tokens" => Ok(GeneratedField::ReasoningTokens),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = ChatAttempt;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct cueline.v1.ChatAttempt")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<ChatAttempt, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut target__ = None;
                let mut outcome__ = None;
                let mut input_tokens__ = None;
                let mut output_tokens__ = None;
                let mut estimated__ = None;
                let mut cost__ = None;
                let mut first_ms__ = None;
                let mut whole_ms__ = None;
                let mut continued__ = None;
                let mut cached_tokens__ = None;
                let mut cache_written_tokens__ = None;
                let mut reasoning_tokens__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Target => {
                            if target__.is_some() {
                                return Err(serde::de::Error::duplicate_field("target"));
                            }
                            target__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Outcome => {
                            if outcome__.is_some() {
                                return Err(serde::de::Error::duplicate_field("outcome"));
                            }
                            outcome__ = Some(map_.next_value()?);
                        }
                        GeneratedField::InputTokens => {
                            if input_tokens__.is_some() {
                                return Err(serde::de::Error::duplicate_field("inputTokens"));
                            }
                            input_tokens__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::OutputTokens => {
                            if output_tokens__.is_some() {
                                return Err(serde::de::Error::duplicate_field("outputTokens"));
                            }
                            output_tokens__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Estimated => {
                            if estimated__.is_some() {
                                return Err(serde::de::Error::duplicate_field("estimated"));
                            }
                            estimated__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Cost => {
                            if cost__.is_some() {
                                return Err(serde::de::Error::duplicate_field("cost"));
                            }
                            cost__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::FirstMs => {
                            if first_ms__.is_some() {
                                return Err(serde::de::Error::duplicate_field("firstMs"));
                            }
                            first_ms__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::WholeMs => {
                            if whole_ms__.is_some() {
                                return Err(serde::de::Error::duplicate_field("wholeMs"));
                            }
                            whole_ms__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Continued => {
                            if continued__.is_some() {
                                return Err(serde::de::Error::duplicate_field("continued"));
                            }
                            continued__ = Some(map_.next_value()?);
                        }
                        GeneratedField::CachedTokens => {
                            if cached_tokens__.is_some() {
                                return Err(serde::de::Error::duplicate_field("cachedTokens"));
                            }
                            cached_tokens__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::CacheWrittenTokens => {
                            if cache_written_tokens__.is_some() {
                                return Err(serde::de::Error::duplicate_field("cacheWrittenTokens"));
                            }
                            cache_written_tokens__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::ReasoningTokens => {
                            if reasoning_tokens__.is_some() {
                                return Err(serde::de::Error::duplicate_field("reasoningTokens"));
                            }
                            reasoning_tokens__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                    }
                }
                Ok(ChatAttempt {
                    target: target__.unwrap_or_default(),
                    outcome: outcome__.unwrap_or_default(),
                    input_tokens: input_tokens__.unwrap_or_default(),
                    output_tokens: output_tokens__.unwrap_or_default(),
                    estimated: estimated__.unwrap_or_default(),
                    cost: cost__.unwrap_or_default(),
                    first_ms: first_ms__.unwrap_or_default(),
                    whole_ms: whole_ms__.unwrap_or_default(),
                    continued: continued__.unwrap_or_default(),
                    cached_tokens: cached_tokens__.unwrap_or_default(),
                    cache_written_tokens: cache_written_tokens__.unwrap_or_default(),
                    reasoning_tokens: reasoning_tokens__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("cueline.v1.ChatAttempt", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for ChunkReply {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.chunks.is_some() {
            len += 1;
        }
        if self.count != 0 {
            len += 1;
        }
        if !self.batches.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("cueline.v1.ChunkReply", len)?;
        if let Some(v) = self.chunks.as_ref() {
            struct_ser.serialize_field("chunks", v)?;
        }
        if self.count != 0 {
            struct_ser.serialize_field("count", &self.count)?;
        }
        if !self.batches.is_empty() {
            struct_ser.serialize_field("batches", &self.batches)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for ChunkReply {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "chunks",
            "count",
            "batches",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Chunks,
            Count,
            Batches,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "chunks" => Ok(GeneratedField::Chunks),
                            "count" => Ok(GeneratedField::Count),
                            "batches" => Ok(GeneratedField::Batches),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = ChunkReply;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct cueline.v1.ChunkReply")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<ChunkReply, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut chunks__ = None;
                let mut count__ = None;
                let mut batches__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Chunks => {
                            if chunks__.is_some() {
                                return Err(serde::de::Error::duplicate_field("chunks"));
                            }
                            chunks__ = map_.next_value()?;
                        }
                        GeneratedField::Count => {
                            if count__.is_some() {
                                return Err(serde::de::Error::duplicate_field("count"));
                            }
                            count__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Batches => {
                            if batches__.is_some() {
                                return Err(serde::de::Error::duplicate_field("batches"));
                            }
                            batches__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(ChunkReply {
                    chunks: chunks__,
                    count: count__.unwrap_or_default(),
                    batches: batches__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("cueline.v1.ChunkReply", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for ChunkRequest {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.collection.is_empty() {
            len += 1;
        }
        if self.object.is_some() {
            len += 1;
        }
        if self.document.is_some() {
            len += 1;
        }
        if !self.media_type.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("cueline.v1.ChunkRequest", len)?;
        if !self.collection.is_empty() {
            struct_ser.serialize_field("collection", &self.collection)?;
        }
        if let Some(v) = self.object.as_ref() {
            struct_ser.serialize_field("object", v)?;
        }
        if let Some(v) = self.document.as_ref() {
            struct_ser.serialize_field("document", v)?;
        }
        if !self.media_type.is_empty() {
            struct_ser.serialize_field("mediaType", &self.media_type)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for ChunkRequest {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "collection",
            "object",
            "document",
            "media_type",
            "mediaType",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Collection,
            Object,
            Document,
            MediaType,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "collection" => Ok(GeneratedField::Collection),
                            "object" => Ok(GeneratedField::Object),
                            "document" => Ok(GeneratedField::Document),
                            "mediaType" | "media_type" => Ok(GeneratedField::MediaType),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = ChunkRequest;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct cueline.v1.ChunkRequest")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<ChunkRequest, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut collection__ = None;
                let mut object__ = None;
                let mut document__ = None;
                let mut media_type__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Collection => {
                            if collection__.is_some() {
                                return Err(serde::de::Error::duplicate_field("collection"));
                            }
                            collection__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Object => {
                            if object__.is_some() {
                                return Err(serde::de::Error::duplicate_field("object"));
                            }
                            object__ = map_.next_value()?;
                        }
                        GeneratedField::Document => {
                            if document__.is_some() {
                                return Err(serde::de::Error::duplicate_field("document"));
                            }
                            document__ = map_.next_value()?;
                        }
                        GeneratedField::MediaType => {
                            if media_type__.is_some() {
                                return Err(serde::de::Error::duplicate_field("mediaType"));
                            }
                            media_type__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(ChunkRequest {
                    collection: collection__.unwrap_or_default(),
                    object: object__,
                    document: document__,
                    media_type: media_type__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("cueline.v1.ChunkRequest", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for CitationEntry {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.number != 0 {
            len += 1;
        }
        if !self.chunk.is_empty() {
            len += 1;
        }
        if !self.document.is_empty() {
            len += 1;
        }
        if !self.version.is_empty() {
            len += 1;
        }
        if !self.title.is_empty() {
            len += 1;
        }
        if !self.headings.is_empty() {
            len += 1;
        }
        if self.page != 0 {
            len += 1;
        }
        if self.start != 0 {
            len += 1;
        }
        if self.end != 0 {
            len += 1;
        }
        if !self.quote.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("cueline.v1.CitationEntry", len)?;
        if self.number != 0 {
            struct_ser.serialize_field("number", &self.number)?;
        }
        if !self.chunk.is_empty() {
            struct_ser.serialize_field("chunk", &self.chunk)?;
        }
        if !self.document.is_empty() {
            struct_ser.serialize_field("document", &self.document)?;
        }
        if !self.version.is_empty() {
            struct_ser.serialize_field("version", &self.version)?;
        }
        if !self.title.is_empty() {
            struct_ser.serialize_field("title", &self.title)?;
        }
        if !self.headings.is_empty() {
            struct_ser.serialize_field("headings", &self.headings)?;
        }
        if self.page != 0 {
            struct_ser.serialize_field("page", &self.page)?;
        }
        if self.start != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("start", ToString::to_string(&self.start).as_str())?;
        }
        if self.end != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("end", ToString::to_string(&self.end).as_str())?;
        }
        if !self.quote.is_empty() {
            struct_ser.serialize_field("quote", &self.quote)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for CitationEntry {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "number",
            "chunk",
            "document",
            "version",
            "title",
            "headings",
            "page",
            "start",
            "end",
            "quote",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Number,
            Chunk,
            Document,
            Version,
            Title,
            Headings,
            Page,
            Start,
            End,
            Quote,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "number" => Ok(GeneratedField::Number),
                            "chunk" => Ok(GeneratedField::Chunk),
                            "document" => Ok(GeneratedField::Document),
                            "version" => Ok(GeneratedField::Version),
                            "title" => Ok(GeneratedField::Title),
                            "headings" => Ok(GeneratedField::Headings),
                            "page" => Ok(GeneratedField::Page),
                            "start" => Ok(GeneratedField::Start),
                            "end" => Ok(GeneratedField::End),
                            "quote" => Ok(GeneratedField::Quote),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = CitationEntry;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct cueline.v1.CitationEntry")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<CitationEntry, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut number__ = None;
                let mut chunk__ = None;
                let mut document__ = None;
                let mut version__ = None;
                let mut title__ = None;
                let mut headings__ = None;
                let mut page__ = None;
                let mut start__ = None;
                let mut end__ = None;
                let mut quote__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Number => {
                            if number__.is_some() {
                                return Err(serde::de::Error::duplicate_field("number"));
                            }
                            number__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Chunk => {
                            if chunk__.is_some() {
                                return Err(serde::de::Error::duplicate_field("chunk"));
                            }
                            chunk__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Document => {
                            if document__.is_some() {
                                return Err(serde::de::Error::duplicate_field("document"));
                            }
                            document__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Version => {
                            if version__.is_some() {
                                return Err(serde::de::Error::duplicate_field("version"));
                            }
                            version__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Title => {
                            if title__.is_some() {
                                return Err(serde::de::Error::duplicate_field("title"));
                            }
                            title__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Headings => {
                            if headings__.is_some() {
                                return Err(serde::de::Error::duplicate_field("headings"));
                            }
                            headings__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Page => {
                            if page__.is_some() {
                                return Err(serde::de::Error::duplicate_field("page"));
                            }
                            page__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Start => {
                            if start__.is_some() {
                                return Err(serde::de::Error::duplicate_field("start"));
                            }
                            start__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::End => {
                            if end__.is_some() {
                                return Err(serde::de::Error::duplicate_field("end"));
                            }
                            end__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Quote => {
                            if quote__.is_some() {
                                return Err(serde::de::Error::duplicate_field("quote"));
                            }
                            quote__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(CitationEntry {
                    number: number__.unwrap_or_default(),
                    chunk: chunk__.unwrap_or_default(),
                    document: document__.unwrap_or_default(),
                    version: version__.unwrap_or_default(),
                    title: title__.unwrap_or_default(),
                    headings: headings__.unwrap_or_default(),
                    page: page__.unwrap_or_default(),
                    start: start__.unwrap_or_default(),
                    end: end__.unwrap_or_default(),
                    quote: quote__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("cueline.v1.CitationEntry", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for ClosePassage {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.document.is_empty() {
            len += 1;
        }
        if !self.version.is_empty() {
            len += 1;
        }
        if !self.title.is_empty() {
            len += 1;
        }
        if !self.headings.is_empty() {
            len += 1;
        }
        if self.page != 0 {
            len += 1;
        }
        if self.start != 0 {
            len += 1;
        }
        if self.end != 0 {
            len += 1;
        }
        if !self.excerpt.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("cueline.v1.ClosePassage", len)?;
        if !self.document.is_empty() {
            struct_ser.serialize_field("document", &self.document)?;
        }
        if !self.version.is_empty() {
            struct_ser.serialize_field("version", &self.version)?;
        }
        if !self.title.is_empty() {
            struct_ser.serialize_field("title", &self.title)?;
        }
        if !self.headings.is_empty() {
            struct_ser.serialize_field("headings", &self.headings)?;
        }
        if self.page != 0 {
            struct_ser.serialize_field("page", &self.page)?;
        }
        if self.start != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("start", ToString::to_string(&self.start).as_str())?;
        }
        if self.end != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("end", ToString::to_string(&self.end).as_str())?;
        }
        if !self.excerpt.is_empty() {
            struct_ser.serialize_field("excerpt", &self.excerpt)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for ClosePassage {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "document",
            "version",
            "title",
            "headings",
            "page",
            "start",
            "end",
            "excerpt",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Document,
            Version,
            Title,
            Headings,
            Page,
            Start,
            End,
            Excerpt,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "document" => Ok(GeneratedField::Document),
                            "version" => Ok(GeneratedField::Version),
                            "title" => Ok(GeneratedField::Title),
                            "headings" => Ok(GeneratedField::Headings),
                            "page" => Ok(GeneratedField::Page),
                            "start" => Ok(GeneratedField::Start),
                            "end" => Ok(GeneratedField::End),
                            "excerpt" => Ok(GeneratedField::Excerpt),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = ClosePassage;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct cueline.v1.ClosePassage")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<ClosePassage, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut document__ = None;
                let mut version__ = None;
                let mut title__ = None;
                let mut headings__ = None;
                let mut page__ = None;
                let mut start__ = None;
                let mut end__ = None;
                let mut excerpt__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Document => {
                            if document__.is_some() {
                                return Err(serde::de::Error::duplicate_field("document"));
                            }
                            document__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Version => {
                            if version__.is_some() {
                                return Err(serde::de::Error::duplicate_field("version"));
                            }
                            version__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Title => {
                            if title__.is_some() {
                                return Err(serde::de::Error::duplicate_field("title"));
                            }
                            title__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Headings => {
                            if headings__.is_some() {
                                return Err(serde::de::Error::duplicate_field("headings"));
                            }
                            headings__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Page => {
                            if page__.is_some() {
                                return Err(serde::de::Error::duplicate_field("page"));
                            }
                            page__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Start => {
                            if start__.is_some() {
                                return Err(serde::de::Error::duplicate_field("start"));
                            }
                            start__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::End => {
                            if end__.is_some() {
                                return Err(serde::de::Error::duplicate_field("end"));
                            }
                            end__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Excerpt => {
                            if excerpt__.is_some() {
                                return Err(serde::de::Error::duplicate_field("excerpt"));
                            }
                            excerpt__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(ClosePassage {
                    document: document__.unwrap_or_default(),
                    version: version__.unwrap_or_default(),
                    title: title__.unwrap_or_default(),
                    headings: headings__.unwrap_or_default(),
                    page: page__.unwrap_or_default(),
                    start: start__.unwrap_or_default(),
                    end: end__.unwrap_or_default(),
                    excerpt: excerpt__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("cueline.v1.ClosePassage", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for Commit {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.version != 0 {
            len += 1;
        }
        if self.at_ms != 0 {
            len += 1;
        }
        if self.seed != 0 {
            len += 1;
        }
        if !self.by.is_empty() {
            len += 1;
        }
        if self.trace.is_some() {
            len += 1;
        }
        if !self.entries.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("cueline.v1.Commit", len)?;
        if self.version != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("version", ToString::to_string(&self.version).as_str())?;
        }
        if self.at_ms != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("atMs", ToString::to_string(&self.at_ms).as_str())?;
        }
        if self.seed != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("seed", ToString::to_string(&self.seed).as_str())?;
        }
        if !self.by.is_empty() {
            struct_ser.serialize_field("by", &self.by)?;
        }
        if let Some(v) = self.trace.as_ref() {
            struct_ser.serialize_field("trace", v)?;
        }
        if !self.entries.is_empty() {
            struct_ser.serialize_field("entries", &self.entries)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for Commit {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "version",
            "at_ms",
            "atMs",
            "seed",
            "by",
            "trace",
            "entries",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Version,
            AtMs,
            Seed,
            By,
            Trace,
            Entries,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "version" => Ok(GeneratedField::Version),
                            "atMs" | "at_ms" => Ok(GeneratedField::AtMs),
                            "seed" => Ok(GeneratedField::Seed),
                            "by" => Ok(GeneratedField::By),
                            "trace" => Ok(GeneratedField::Trace),
                            "entries" => Ok(GeneratedField::Entries),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = Commit;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct cueline.v1.Commit")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<Commit, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut version__ = None;
                let mut at_ms__ = None;
                let mut seed__ = None;
                let mut by__ = None;
                let mut trace__ = None;
                let mut entries__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Version => {
                            if version__.is_some() {
                                return Err(serde::de::Error::duplicate_field("version"));
                            }
                            version__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::AtMs => {
                            if at_ms__.is_some() {
                                return Err(serde::de::Error::duplicate_field("atMs"));
                            }
                            at_ms__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Seed => {
                            if seed__.is_some() {
                                return Err(serde::de::Error::duplicate_field("seed"));
                            }
                            seed__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::By => {
                            if by__.is_some() {
                                return Err(serde::de::Error::duplicate_field("by"));
                            }
                            by__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Trace => {
                            if trace__.is_some() {
                                return Err(serde::de::Error::duplicate_field("trace"));
                            }
                            trace__ = map_.next_value()?;
                        }
                        GeneratedField::Entries => {
                            if entries__.is_some() {
                                return Err(serde::de::Error::duplicate_field("entries"));
                            }
                            entries__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(Commit {
                    version: version__.unwrap_or_default(),
                    at_ms: at_ms__.unwrap_or_default(),
                    seed: seed__.unwrap_or_default(),
                    by: by__.unwrap_or_default(),
                    trace: trace__,
                    entries: entries__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("cueline.v1.Commit", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for CommitEntry {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.at.is_some() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("cueline.v1.CommitEntry", len)?;
        if let Some(v) = self.at.as_ref() {
            match v {
                commit_entry::At::Inline(v) => {
                    struct_ser.serialize_field("inline", v)?;
                }
                commit_entry::At::Stored(v) => {
                    struct_ser.serialize_field("stored", v)?;
                }
            }
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for CommitEntry {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "inline",
            "stored",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Inline,
            Stored,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "inline" => Ok(GeneratedField::Inline),
                            "stored" => Ok(GeneratedField::Stored),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = CommitEntry;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct cueline.v1.CommitEntry")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<CommitEntry, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut at__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Inline => {
                            if at__.is_some() {
                                return Err(serde::de::Error::duplicate_field("inline"));
                            }
                            at__ = map_.next_value::<::std::option::Option<_>>()?.map(commit_entry::At::Inline)
;
                        }
                        GeneratedField::Stored => {
                            if at__.is_some() {
                                return Err(serde::de::Error::duplicate_field("stored"));
                            }
                            at__ = map_.next_value::<::std::option::Option<_>>()?.map(commit_entry::At::Stored)
;
                        }
                    }
                }
                Ok(CommitEntry {
                    at: at__,
                })
            }
        }
        deserializer.deserialize_struct("cueline.v1.CommitEntry", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for CompleteChatReply {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.body.is_empty() {
            len += 1;
        }
        if !self.target.is_empty() {
            len += 1;
        }
        if !self.finish_reason.is_empty() {
            len += 1;
        }
        if self.input_tokens != 0 {
            len += 1;
        }
        if self.output_tokens != 0 {
            len += 1;
        }
        if self.cached_tokens != 0 {
            len += 1;
        }
        if self.cost != 0. {
            len += 1;
        }
        if !self.attempts.is_empty() {
            len += 1;
        }
        if self.frames != 0 {
            len += 1;
        }
        if !self.findings.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("cueline.v1.CompleteChatReply", len)?;
        if !self.body.is_empty() {
            struct_ser.serialize_field("body", &self.body)?;
        }
        if !self.target.is_empty() {
            struct_ser.serialize_field("target", &self.target)?;
        }
        if !self.finish_reason.is_empty() {
            struct_ser.serialize_field("finishReason", &self.finish_reason)?;
        }
        if self.input_tokens != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("inputTokens", ToString::to_string(&self.input_tokens).as_str())?;
        }
        if self.output_tokens != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("outputTokens", ToString::to_string(&self.output_tokens).as_str())?;
        }
        if self.cached_tokens != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("cachedTokens", ToString::to_string(&self.cached_tokens).as_str())?;
        }
        if self.cost != 0. {
            struct_ser.serialize_field("cost", &self.cost)?;
        }
        if !self.attempts.is_empty() {
            struct_ser.serialize_field("attempts", &self.attempts)?;
        }
        if self.frames != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("frames", ToString::to_string(&self.frames).as_str())?;
        }
        if !self.findings.is_empty() {
            struct_ser.serialize_field("findings", &self.findings)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for CompleteChatReply {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "body",
            "target",
            "finish_reason",
            "finishReason",
            "input_tokens",
            "inputTokens",
            "output_tokens",
            "outputTokens",
            "cached_tokens",
            "cachedTokens",
            "cost",
            "attempts",
            "frames",
            "findings",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Body,
            Target,
            FinishReason,
            InputTokens,
            OutputTokens,
            CachedTokens,
            Cost,
            Attempts,
            Frames,
            Findings,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "body" => Ok(GeneratedField::Body),
                            "target" => Ok(GeneratedField::Target),
                            "finishReason" | "finish_reason" => Ok(GeneratedField::FinishReason),
                            "inputTokens" | "input_tokens" => Ok(GeneratedField::InputTokens),
                            "outputTokens" | "output_tokens" => Ok(GeneratedField::OutputTokens),
                            "cachedTokens" | "cached_tokens" => Ok(GeneratedField::CachedTokens),
                            "cost" => Ok(GeneratedField::Cost),
                            "attempts" => Ok(GeneratedField::Attempts),
                            "frames" => Ok(GeneratedField::Frames),
                            "findings" => Ok(GeneratedField::Findings),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = CompleteChatReply;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct cueline.v1.CompleteChatReply")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<CompleteChatReply, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut body__ = None;
                let mut target__ = None;
                let mut finish_reason__ = None;
                let mut input_tokens__ = None;
                let mut output_tokens__ = None;
                let mut cached_tokens__ = None;
                let mut cost__ = None;
                let mut attempts__ = None;
                let mut frames__ = None;
                let mut findings__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Body => {
                            if body__.is_some() {
                                return Err(serde::de::Error::duplicate_field("body"));
                            }
                            body__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Target => {
                            if target__.is_some() {
                                return Err(serde::de::Error::duplicate_field("target"));
                            }
                            target__ = Some(map_.next_value()?);
                        }
                        GeneratedField::FinishReason => {
                            if finish_reason__.is_some() {
                                return Err(serde::de::Error::duplicate_field("finishReason"));
                            }
                            finish_reason__ = Some(map_.next_value()?);
                        }
                        GeneratedField::InputTokens => {
                            if input_tokens__.is_some() {
                                return Err(serde::de::Error::duplicate_field("inputTokens"));
                            }
                            input_tokens__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::OutputTokens => {
                            if output_tokens__.is_some() {
                                return Err(serde::de::Error::duplicate_field("outputTokens"));
                            }
                            output_tokens__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::CachedTokens => {
                            if cached_tokens__.is_some() {
                                return Err(serde::de::Error::duplicate_field("cachedTokens"));
                            }
                            cached_tokens__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Cost => {
                            if cost__.is_some() {
                                return Err(serde::de::Error::duplicate_field("cost"));
                            }
                            cost__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Attempts => {
                            if attempts__.is_some() {
                                return Err(serde::de::Error::duplicate_field("attempts"));
                            }
                            attempts__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Frames => {
                            if frames__.is_some() {
                                return Err(serde::de::Error::duplicate_field("frames"));
                            }
                            frames__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Findings => {
                            if findings__.is_some() {
                                return Err(serde::de::Error::duplicate_field("findings"));
                            }
                            findings__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(CompleteChatReply {
                    body: body__.unwrap_or_default(),
                    target: target__.unwrap_or_default(),
                    finish_reason: finish_reason__.unwrap_or_default(),
                    input_tokens: input_tokens__.unwrap_or_default(),
                    output_tokens: output_tokens__.unwrap_or_default(),
                    cached_tokens: cached_tokens__.unwrap_or_default(),
                    cost: cost__.unwrap_or_default(),
                    attempts: attempts__.unwrap_or_default(),
                    frames: frames__.unwrap_or_default(),
                    findings: findings__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("cueline.v1.CompleteChatReply", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for CompleteChatRequest {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.body.is_empty() {
            len += 1;
        }
        if !self.targets.is_empty() {
            len += 1;
        }
        if !self.stream.is_empty() {
            len += 1;
        }
        if !self.after_first.is_empty() {
            len += 1;
        }
        if !self.guard.is_empty() {
            len += 1;
        }
        if !self.guard_mode.is_empty() {
            len += 1;
        }
        if !self.reservation.is_empty() {
            len += 1;
        }
        if !self.key.is_empty() {
            len += 1;
        }
        if !self.decision.is_empty() {
            len += 1;
        }
        if self.orphan_ms != 0 {
            len += 1;
        }
        if !self.link_hosts.is_empty() {
            len += 1;
        }
        if !self.asked.is_empty() {
            len += 1;
        }
        if !self.cache_key.is_empty() {
            len += 1;
        }
        if self.cache_seconds != 0 {
            len += 1;
        }
        if !self.cached.is_empty() {
            len += 1;
        }
        if !self.flush.is_empty() {
            len += 1;
        }
        if self.citations {
            len += 1;
        }
        if self.guard_tools {
            len += 1;
        }
        if !self.groups.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("cueline.v1.CompleteChatRequest", len)?;
        if !self.body.is_empty() {
            struct_ser.serialize_field("body", &self.body)?;
        }
        if !self.targets.is_empty() {
            struct_ser.serialize_field("targets", &self.targets)?;
        }
        if !self.stream.is_empty() {
            struct_ser.serialize_field("stream", &self.stream)?;
        }
        if !self.after_first.is_empty() {
            struct_ser.serialize_field("afterFirst", &self.after_first)?;
        }
        if !self.guard.is_empty() {
            struct_ser.serialize_field("guard", &self.guard)?;
        }
        if !self.guard_mode.is_empty() {
            struct_ser.serialize_field("guardMode", &self.guard_mode)?;
        }
        if !self.reservation.is_empty() {
            struct_ser.serialize_field("reservation", &self.reservation)?;
        }
        if !self.key.is_empty() {
            struct_ser.serialize_field("key", &self.key)?;
        }
        if !self.decision.is_empty() {
            struct_ser.serialize_field("decision", &self.decision)?;
        }
        if self.orphan_ms != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("orphanMs", ToString::to_string(&self.orphan_ms).as_str())?;
        }
        if !self.link_hosts.is_empty() {
            struct_ser.serialize_field("linkHosts", &self.link_hosts)?;
        }
        if !self.asked.is_empty() {
            struct_ser.serialize_field("asked", &self.asked)?;
        }
        if !self.cache_key.is_empty() {
            struct_ser.serialize_field("cacheKey", &self.cache_key)?;
        }
        if self.cache_seconds != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("cacheSeconds", ToString::to_string(&self.cache_seconds).as_str())?;
        }
        if !self.cached.is_empty() {
            struct_ser.serialize_field("cached", &self.cached)?;
        }
        if !self.flush.is_empty() {
            struct_ser.serialize_field("flush", &self.flush)?;
        }
        if self.citations {
            struct_ser.serialize_field("citations", &self.citations)?;
        }
        if self.guard_tools {
            struct_ser.serialize_field("guardTools", &self.guard_tools)?;
        }
        if !self.groups.is_empty() {
            struct_ser.serialize_field("groups", &self.groups)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for CompleteChatRequest {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "body",
            "targets",
            "stream",
            "after_first",
            "afterFirst",
            "guard",
            "guard_mode",
            "guardMode",
            "reservation",
            "key",
            "decision",
            "orphan_ms",
            "orphanMs",
            "link_hosts",
            "linkHosts",
            "asked",
            "cache_key",
            "cacheKey",
            "cache_seconds",
            "cacheSeconds",
            "cached",
            "flush",
            "citations",
            "guard_tools",
            "guardTools",
            "groups",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Body,
            Targets,
            Stream,
            AfterFirst,
            Guard,
            GuardMode,
            Reservation,
            Key,
            Decision,
            OrphanMs,
            LinkHosts,
            Asked,
            CacheKey,
            CacheSeconds,
            Cached,
            Flush,
            Citations,
            GuardTools,
            Groups,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "body" => Ok(GeneratedField::Body),
                            "targets" => Ok(GeneratedField::Targets),
                            "stream" => Ok(GeneratedField::Stream),
                            "afterFirst" | "after_first" => Ok(GeneratedField::AfterFirst),
                            "guard" => Ok(GeneratedField::Guard),
                            "guardMode" | "guard_mode" => Ok(GeneratedField::GuardMode),
                            "reservation" => Ok(GeneratedField::Reservation),
                            "key" => Ok(GeneratedField::Key),
                            "decision" => Ok(GeneratedField::Decision),
                            "orphanMs" | "orphan_ms" => Ok(GeneratedField::OrphanMs),
                            "linkHosts" | "link_hosts" => Ok(GeneratedField::LinkHosts),
                            "asked" => Ok(GeneratedField::Asked),
                            "cacheKey" | "cache_key" => Ok(GeneratedField::CacheKey),
                            "cacheSeconds" | "cache_seconds" => Ok(GeneratedField::CacheSeconds),
                            "cached" => Ok(GeneratedField::Cached),
                            "flush" => Ok(GeneratedField::Flush),
                            "citations" => Ok(GeneratedField::Citations),
                            "guardTools" | "guard_tools" => Ok(GeneratedField::GuardTools),
                            "groups" => Ok(GeneratedField::Groups),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = CompleteChatRequest;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct cueline.v1.CompleteChatRequest")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<CompleteChatRequest, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut body__ = None;
                let mut targets__ = None;
                let mut stream__ = None;
                let mut after_first__ = None;
                let mut guard__ = None;
                let mut guard_mode__ = None;
                let mut reservation__ = None;
                let mut key__ = None;
                let mut decision__ = None;
                let mut orphan_ms__ = None;
                let mut link_hosts__ = None;
                let mut asked__ = None;
                let mut cache_key__ = None;
                let mut cache_seconds__ = None;
                let mut cached__ = None;
                let mut flush__ = None;
                let mut citations__ = None;
                let mut guard_tools__ = None;
                let mut groups__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Body => {
                            if body__.is_some() {
                                return Err(serde::de::Error::duplicate_field("body"));
                            }
                            body__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Targets => {
                            if targets__.is_some() {
                                return Err(serde::de::Error::duplicate_field("targets"));
                            }
                            targets__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Stream => {
                            if stream__.is_some() {
                                return Err(serde::de::Error::duplicate_field("stream"));
                            }
                            stream__ = Some(map_.next_value()?);
                        }
                        GeneratedField::AfterFirst => {
                            if after_first__.is_some() {
                                return Err(serde::de::Error::duplicate_field("afterFirst"));
                            }
                            after_first__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Guard => {
                            if guard__.is_some() {
                                return Err(serde::de::Error::duplicate_field("guard"));
                            }
                            guard__ = Some(map_.next_value()?);
                        }
                        GeneratedField::GuardMode => {
                            if guard_mode__.is_some() {
                                return Err(serde::de::Error::duplicate_field("guardMode"));
                            }
                            guard_mode__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Reservation => {
                            if reservation__.is_some() {
                                return Err(serde::de::Error::duplicate_field("reservation"));
                            }
                            reservation__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Key => {
                            if key__.is_some() {
                                return Err(serde::de::Error::duplicate_field("key"));
                            }
                            key__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Decision => {
                            if decision__.is_some() {
                                return Err(serde::de::Error::duplicate_field("decision"));
                            }
                            decision__ = Some(map_.next_value()?);
                        }
                        GeneratedField::OrphanMs => {
                            if orphan_ms__.is_some() {
                                return Err(serde::de::Error::duplicate_field("orphanMs"));
                            }
                            orphan_ms__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::LinkHosts => {
                            if link_hosts__.is_some() {
                                return Err(serde::de::Error::duplicate_field("linkHosts"));
                            }
                            link_hosts__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Asked => {
                            if asked__.is_some() {
                                return Err(serde::de::Error::duplicate_field("asked"));
                            }
                            asked__ = Some(map_.next_value()?);
                        }
                        GeneratedField::CacheKey => {
                            if cache_key__.is_some() {
                                return Err(serde::de::Error::duplicate_field("cacheKey"));
                            }
                            cache_key__ = Some(map_.next_value()?);
                        }
                        GeneratedField::CacheSeconds => {
                            if cache_seconds__.is_some() {
                                return Err(serde::de::Error::duplicate_field("cacheSeconds"));
                            }
                            cache_seconds__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Cached => {
                            if cached__.is_some() {
                                return Err(serde::de::Error::duplicate_field("cached"));
                            }
                            cached__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Flush => {
                            if flush__.is_some() {
                                return Err(serde::de::Error::duplicate_field("flush"));
                            }
                            flush__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Citations => {
                            if citations__.is_some() {
                                return Err(serde::de::Error::duplicate_field("citations"));
                            }
                            citations__ = Some(map_.next_value()?);
                        }
                        GeneratedField::GuardTools => {
                            if guard_tools__.is_some() {
                                return Err(serde::de::Error::duplicate_field("guardTools"));
                            }
                            guard_tools__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Groups => {
                            if groups__.is_some() {
                                return Err(serde::de::Error::duplicate_field("groups"));
                            }
                            groups__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(CompleteChatRequest {
                    body: body__.unwrap_or_default(),
                    targets: targets__.unwrap_or_default(),
                    stream: stream__.unwrap_or_default(),
                    after_first: after_first__.unwrap_or_default(),
                    guard: guard__.unwrap_or_default(),
                    guard_mode: guard_mode__.unwrap_or_default(),
                    reservation: reservation__.unwrap_or_default(),
                    key: key__.unwrap_or_default(),
                    decision: decision__.unwrap_or_default(),
                    orphan_ms: orphan_ms__.unwrap_or_default(),
                    link_hosts: link_hosts__.unwrap_or_default(),
                    asked: asked__.unwrap_or_default(),
                    cache_key: cache_key__.unwrap_or_default(),
                    cache_seconds: cache_seconds__.unwrap_or_default(),
                    cached: cached__.unwrap_or_default(),
                    flush: flush__.unwrap_or_default(),
                    citations: citations__.unwrap_or_default(),
                    guard_tools: guard_tools__.unwrap_or_default(),
                    groups: groups__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("cueline.v1.CompleteChatRequest", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for Data {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.at.is_some() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("cueline.v1.Data", len)?;
        if let Some(v) = self.at.as_ref() {
            match v {
                data::At::Same(v) => {
                    struct_ser.serialize_field("same", v)?;
                }
                data::At::Result(v) => {
                    struct_ser.serialize_field("result", v)?;
                }
                data::At::Value(v) => {
                    struct_ser.serialize_field("value", v)?;
                }
            }
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for Data {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "same",
            "result",
            "value",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Same,
            Result,
            Value,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "same" => Ok(GeneratedField::Same),
                            "result" => Ok(GeneratedField::Result),
                            "value" => Ok(GeneratedField::Value),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = Data;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct cueline.v1.Data")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<Data, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut at__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Same => {
                            if at__.is_some() {
                                return Err(serde::de::Error::duplicate_field("same"));
                            }
                            at__ = map_.next_value::<::std::option::Option<_>>()?.map(data::At::Same);
                        }
                        GeneratedField::Result => {
                            if at__.is_some() {
                                return Err(serde::de::Error::duplicate_field("result"));
                            }
                            at__ = map_.next_value::<::std::option::Option<_>>()?.map(data::At::Result);
                        }
                        GeneratedField::Value => {
                            if at__.is_some() {
                                return Err(serde::de::Error::duplicate_field("value"));
                            }
                            at__ = map_.next_value::<::std::option::Option<_>>()?.map(data::At::Value)
;
                        }
                    }
                }
                Ok(Data {
                    at: at__,
                })
            }
        }
        deserializer.deserialize_struct("cueline.v1.Data", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for DocumentFailed {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.collection.is_empty() {
            len += 1;
        }
        if !self.bucket.is_empty() {
            len += 1;
        }
        if !self.key.is_empty() {
            len += 1;
        }
        if !self.version.is_empty() {
            len += 1;
        }
        if !self.code.is_empty() {
            len += 1;
        }
        if !self.message.is_empty() {
            len += 1;
        }
        if !self.execution.is_empty() {
            len += 1;
        }
        if self.metadata.is_some() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("cueline.v1.DocumentFailed", len)?;
        if !self.collection.is_empty() {
            struct_ser.serialize_field("collection", &self.collection)?;
        }
        if !self.bucket.is_empty() {
            struct_ser.serialize_field("bucket", &self.bucket)?;
        }
        if !self.key.is_empty() {
            struct_ser.serialize_field("key", &self.key)?;
        }
        if !self.version.is_empty() {
            struct_ser.serialize_field("version", &self.version)?;
        }
        if !self.code.is_empty() {
            struct_ser.serialize_field("code", &self.code)?;
        }
        if !self.message.is_empty() {
            struct_ser.serialize_field("message", &self.message)?;
        }
        if !self.execution.is_empty() {
            struct_ser.serialize_field("execution", &self.execution)?;
        }
        if let Some(v) = self.metadata.as_ref() {
            struct_ser.serialize_field("metadata", v)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for DocumentFailed {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "collection",
            "bucket",
            "key",
            "version",
            "code",
            "message",
            "execution",
            "metadata",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Collection,
            Bucket,
            Key,
            Version,
            Code,
            Message,
            Execution,
            Metadata,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "collection" => Ok(GeneratedField::Collection),
                            "bucket" => Ok(GeneratedField::Bucket),
                            "key" => Ok(GeneratedField::Key),
                            "version" => Ok(GeneratedField::Version),
                            "code" => Ok(GeneratedField::Code),
                            "message" => Ok(GeneratedField::Message),
                            "execution" => Ok(GeneratedField::Execution),
                            "metadata" => Ok(GeneratedField::Metadata),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = DocumentFailed;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct cueline.v1.DocumentFailed")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<DocumentFailed, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut collection__ = None;
                let mut bucket__ = None;
                let mut key__ = None;
                let mut version__ = None;
                let mut code__ = None;
                let mut message__ = None;
                let mut execution__ = None;
                let mut metadata__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Collection => {
                            if collection__.is_some() {
                                return Err(serde::de::Error::duplicate_field("collection"));
                            }
                            collection__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Bucket => {
                            if bucket__.is_some() {
                                return Err(serde::de::Error::duplicate_field("bucket"));
                            }
                            bucket__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Key => {
                            if key__.is_some() {
                                return Err(serde::de::Error::duplicate_field("key"));
                            }
                            key__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Version => {
                            if version__.is_some() {
                                return Err(serde::de::Error::duplicate_field("version"));
                            }
                            version__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Code => {
                            if code__.is_some() {
                                return Err(serde::de::Error::duplicate_field("code"));
                            }
                            code__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Message => {
                            if message__.is_some() {
                                return Err(serde::de::Error::duplicate_field("message"));
                            }
                            message__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Execution => {
                            if execution__.is_some() {
                                return Err(serde::de::Error::duplicate_field("execution"));
                            }
                            execution__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Metadata => {
                            if metadata__.is_some() {
                                return Err(serde::de::Error::duplicate_field("metadata"));
                            }
                            metadata__ = map_.next_value()?;
                        }
                    }
                }
                Ok(DocumentFailed {
                    collection: collection__.unwrap_or_default(),
                    bucket: bucket__.unwrap_or_default(),
                    key: key__.unwrap_or_default(),
                    version: version__.unwrap_or_default(),
                    code: code__.unwrap_or_default(),
                    message: message__.unwrap_or_default(),
                    execution: execution__.unwrap_or_default(),
                    metadata: metadata__,
                })
            }
        }
        deserializer.deserialize_struct("cueline.v1.DocumentFailed", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for DocumentIndexed {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.collection.is_empty() {
            len += 1;
        }
        if !self.bucket.is_empty() {
            len += 1;
        }
        if !self.key.is_empty() {
            len += 1;
        }
        if !self.version.is_empty() {
            len += 1;
        }
        if self.chunks != 0 {
            len += 1;
        }
        if !self.execution.is_empty() {
            len += 1;
        }
        if self.metadata.is_some() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("cueline.v1.DocumentIndexed", len)?;
        if !self.collection.is_empty() {
            struct_ser.serialize_field("collection", &self.collection)?;
        }
        if !self.bucket.is_empty() {
            struct_ser.serialize_field("bucket", &self.bucket)?;
        }
        if !self.key.is_empty() {
            struct_ser.serialize_field("key", &self.key)?;
        }
        if !self.version.is_empty() {
            struct_ser.serialize_field("version", &self.version)?;
        }
        if self.chunks != 0 {
            struct_ser.serialize_field("chunks", &self.chunks)?;
        }
        if !self.execution.is_empty() {
            struct_ser.serialize_field("execution", &self.execution)?;
        }
        if let Some(v) = self.metadata.as_ref() {
            struct_ser.serialize_field("metadata", v)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for DocumentIndexed {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "collection",
            "bucket",
            "key",
            "version",
            "chunks",
            "execution",
            "metadata",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Collection,
            Bucket,
            Key,
            Version,
            Chunks,
            Execution,
            Metadata,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "collection" => Ok(GeneratedField::Collection),
                            "bucket" => Ok(GeneratedField::Bucket),
                            "key" => Ok(GeneratedField::Key),
                            "version" => Ok(GeneratedField::Version),
                            "chunks" => Ok(GeneratedField::Chunks),
                            "execution" => Ok(GeneratedField::Execution),
                            "metadata" => Ok(GeneratedField::Metadata),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = DocumentIndexed;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct cueline.v1.DocumentIndexed")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<DocumentIndexed, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut collection__ = None;
                let mut bucket__ = None;
                let mut key__ = None;
                let mut version__ = None;
                let mut chunks__ = None;
                let mut execution__ = None;
                let mut metadata__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Collection => {
                            if collection__.is_some() {
                                return Err(serde::de::Error::duplicate_field("collection"));
                            }
                            collection__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Bucket => {
                            if bucket__.is_some() {
                                return Err(serde::de::Error::duplicate_field("bucket"));
                            }
                            bucket__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Key => {
                            if key__.is_some() {
                                return Err(serde::de::Error::duplicate_field("key"));
                            }
                            key__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Version => {
                            if version__.is_some() {
                                return Err(serde::de::Error::duplicate_field("version"));
                            }
                            version__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Chunks => {
                            if chunks__.is_some() {
                                return Err(serde::de::Error::duplicate_field("chunks"));
                            }
                            chunks__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Execution => {
                            if execution__.is_some() {
                                return Err(serde::de::Error::duplicate_field("execution"));
                            }
                            execution__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Metadata => {
                            if metadata__.is_some() {
                                return Err(serde::de::Error::duplicate_field("metadata"));
                            }
                            metadata__ = map_.next_value()?;
                        }
                    }
                }
                Ok(DocumentIndexed {
                    collection: collection__.unwrap_or_default(),
                    bucket: bucket__.unwrap_or_default(),
                    key: key__.unwrap_or_default(),
                    version: version__.unwrap_or_default(),
                    chunks: chunks__.unwrap_or_default(),
                    execution: execution__.unwrap_or_default(),
                    metadata: metadata__,
                })
            }
        }
        deserializer.deserialize_struct("cueline.v1.DocumentIndexed", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for DocumentOffered {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.bucket.is_empty() {
            len += 1;
        }
        if !self.key.is_empty() {
            len += 1;
        }
        if self.metadata.is_some() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("cueline.v1.DocumentOffered", len)?;
        if !self.bucket.is_empty() {
            struct_ser.serialize_field("bucket", &self.bucket)?;
        }
        if !self.key.is_empty() {
            struct_ser.serialize_field("key", &self.key)?;
        }
        if let Some(v) = self.metadata.as_ref() {
            struct_ser.serialize_field("metadata", v)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for DocumentOffered {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "bucket",
            "key",
            "metadata",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Bucket,
            Key,
            Metadata,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "bucket" => Ok(GeneratedField::Bucket),
                            "key" => Ok(GeneratedField::Key),
                            "metadata" => Ok(GeneratedField::Metadata),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = DocumentOffered;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct cueline.v1.DocumentOffered")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<DocumentOffered, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut bucket__ = None;
                let mut key__ = None;
                let mut metadata__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Bucket => {
                            if bucket__.is_some() {
                                return Err(serde::de::Error::duplicate_field("bucket"));
                            }
                            bucket__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Key => {
                            if key__.is_some() {
                                return Err(serde::de::Error::duplicate_field("key"));
                            }
                            key__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Metadata => {
                            if metadata__.is_some() {
                                return Err(serde::de::Error::duplicate_field("metadata"));
                            }
                            metadata__ = map_.next_value()?;
                        }
                    }
                }
                Ok(DocumentOffered {
                    bucket: bucket__.unwrap_or_default(),
                    key: key__.unwrap_or_default(),
                    metadata: metadata__,
                })
            }
        }
        deserializer.deserialize_struct("cueline.v1.DocumentOffered", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for DocumentRefused {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.collection.is_empty() {
            len += 1;
        }
        if !self.bucket.is_empty() {
            len += 1;
        }
        if !self.key.is_empty() {
            len += 1;
        }
        if !self.version.is_empty() {
            len += 1;
        }
        if !self.code.is_empty() {
            len += 1;
        }
        if !self.message.is_empty() {
            len += 1;
        }
        if !self.execution.is_empty() {
            len += 1;
        }
        if self.metadata.is_some() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("cueline.v1.DocumentRefused", len)?;
        if !self.collection.is_empty() {
            struct_ser.serialize_field("collection", &self.collection)?;
        }
        if !self.bucket.is_empty() {
            struct_ser.serialize_field("bucket", &self.bucket)?;
        }
        if !self.key.is_empty() {
            struct_ser.serialize_field("key", &self.key)?;
        }
        if !self.version.is_empty() {
            struct_ser.serialize_field("version", &self.version)?;
        }
        if !self.code.is_empty() {
            struct_ser.serialize_field("code", &self.code)?;
        }
        if !self.message.is_empty() {
            struct_ser.serialize_field("message", &self.message)?;
        }
        if !self.execution.is_empty() {
            struct_ser.serialize_field("execution", &self.execution)?;
        }
        if let Some(v) = self.metadata.as_ref() {
            struct_ser.serialize_field("metadata", v)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for DocumentRefused {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "collection",
            "bucket",
            "key",
            "version",
            "code",
            "message",
            "execution",
            "metadata",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Collection,
            Bucket,
            Key,
            Version,
            Code,
            Message,
            Execution,
            Metadata,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "collection" => Ok(GeneratedField::Collection),
                            "bucket" => Ok(GeneratedField::Bucket),
                            "key" => Ok(GeneratedField::Key),
                            "version" => Ok(GeneratedField::Version),
                            "code" => Ok(GeneratedField::Code),
                            "message" => Ok(GeneratedField::Message),
                            "execution" => Ok(GeneratedField::Execution),
                            "metadata" => Ok(GeneratedField::Metadata),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = DocumentRefused;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct cueline.v1.DocumentRefused")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<DocumentRefused, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut collection__ = None;
                let mut bucket__ = None;
                let mut key__ = None;
                let mut version__ = None;
                let mut code__ = None;
                let mut message__ = None;
                let mut execution__ = None;
                let mut metadata__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Collection => {
                            if collection__.is_some() {
                                return Err(serde::de::Error::duplicate_field("collection"));
                            }
                            collection__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Bucket => {
                            if bucket__.is_some() {
                                return Err(serde::de::Error::duplicate_field("bucket"));
                            }
                            bucket__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Key => {
                            if key__.is_some() {
                                return Err(serde::de::Error::duplicate_field("key"));
                            }
                            key__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Version => {
                            if version__.is_some() {
                                return Err(serde::de::Error::duplicate_field("version"));
                            }
                            version__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Code => {
                            if code__.is_some() {
                                return Err(serde::de::Error::duplicate_field("code"));
                            }
                            code__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Message => {
                            if message__.is_some() {
                                return Err(serde::de::Error::duplicate_field("message"));
                            }
                            message__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Execution => {
                            if execution__.is_some() {
                                return Err(serde::de::Error::duplicate_field("execution"));
                            }
                            execution__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Metadata => {
                            if metadata__.is_some() {
                                return Err(serde::de::Error::duplicate_field("metadata"));
                            }
                            metadata__ = map_.next_value()?;
                        }
                    }
                }
                Ok(DocumentRefused {
                    collection: collection__.unwrap_or_default(),
                    bucket: bucket__.unwrap_or_default(),
                    key: key__.unwrap_or_default(),
                    version: version__.unwrap_or_default(),
                    code: code__.unwrap_or_default(),
                    message: message__.unwrap_or_default(),
                    execution: execution__.unwrap_or_default(),
                    metadata: metadata__,
                })
            }
        }
        deserializer.deserialize_struct("cueline.v1.DocumentRefused", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for DocumentRemoved {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.collection.is_empty() {
            len += 1;
        }
        if !self.bucket.is_empty() {
            len += 1;
        }
        if !self.key.is_empty() {
            len += 1;
        }
        if !self.execution.is_empty() {
            len += 1;
        }
        if self.metadata.is_some() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("cueline.v1.DocumentRemoved", len)?;
        if !self.collection.is_empty() {
            struct_ser.serialize_field("collection", &self.collection)?;
        }
        if !self.bucket.is_empty() {
            struct_ser.serialize_field("bucket", &self.bucket)?;
        }
        if !self.key.is_empty() {
            struct_ser.serialize_field("key", &self.key)?;
        }
        if !self.execution.is_empty() {
            struct_ser.serialize_field("execution", &self.execution)?;
        }
        if let Some(v) = self.metadata.as_ref() {
            struct_ser.serialize_field("metadata", v)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for DocumentRemoved {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "collection",
            "bucket",
            "key",
            "execution",
            "metadata",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Collection,
            Bucket,
            Key,
            Execution,
            Metadata,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "collection" => Ok(GeneratedField::Collection),
                            "bucket" => Ok(GeneratedField::Bucket),
                            "key" => Ok(GeneratedField::Key),
                            "execution" => Ok(GeneratedField::Execution),
                            "metadata" => Ok(GeneratedField::Metadata),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = DocumentRemoved;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct cueline.v1.DocumentRemoved")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<DocumentRemoved, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut collection__ = None;
                let mut bucket__ = None;
                let mut key__ = None;
                let mut execution__ = None;
                let mut metadata__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Collection => {
                            if collection__.is_some() {
                                return Err(serde::de::Error::duplicate_field("collection"));
                            }
                            collection__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Bucket => {
                            if bucket__.is_some() {
                                return Err(serde::de::Error::duplicate_field("bucket"));
                            }
                            bucket__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Key => {
                            if key__.is_some() {
                                return Err(serde::de::Error::duplicate_field("key"));
                            }
                            key__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Execution => {
                            if execution__.is_some() {
                                return Err(serde::de::Error::duplicate_field("execution"));
                            }
                            execution__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Metadata => {
                            if metadata__.is_some() {
                                return Err(serde::de::Error::duplicate_field("metadata"));
                            }
                            metadata__ = map_.next_value()?;
                        }
                    }
                }
                Ok(DocumentRemoved {
                    collection: collection__.unwrap_or_default(),
                    bucket: bucket__.unwrap_or_default(),
                    key: key__.unwrap_or_default(),
                    execution: execution__.unwrap_or_default(),
                    metadata: metadata__,
                })
            }
        }
        deserializer.deserialize_struct("cueline.v1.DocumentRemoved", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for EmbedBatch {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.first != 0 {
            len += 1;
        }
        if self.end != 0 {
            len += 1;
        }
        if self.sidecar.is_some() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("cueline.v1.EmbedBatch", len)?;
        if self.first != 0 {
            struct_ser.serialize_field("first", &self.first)?;
        }
        if self.end != 0 {
            struct_ser.serialize_field("end", &self.end)?;
        }
        if let Some(v) = self.sidecar.as_ref() {
            struct_ser.serialize_field("sidecar", v)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for EmbedBatch {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "first",
            "end",
            "sidecar",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            First,
            End,
            Sidecar,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "first" => Ok(GeneratedField::First),
                            "end" => Ok(GeneratedField::End),
                            "sidecar" => Ok(GeneratedField::Sidecar),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = EmbedBatch;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct cueline.v1.EmbedBatch")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<EmbedBatch, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut first__ = None;
                let mut end__ = None;
                let mut sidecar__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::First => {
                            if first__.is_some() {
                                return Err(serde::de::Error::duplicate_field("first"));
                            }
                            first__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::End => {
                            if end__.is_some() {
                                return Err(serde::de::Error::duplicate_field("end"));
                            }
                            end__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Sidecar => {
                            if sidecar__.is_some() {
                                return Err(serde::de::Error::duplicate_field("sidecar"));
                            }
                            sidecar__ = map_.next_value()?;
                        }
                    }
                }
                Ok(EmbedBatch {
                    first: first__.unwrap_or_default(),
                    end: end__.unwrap_or_default(),
                    sidecar: sidecar__,
                })
            }
        }
        deserializer.deserialize_struct("cueline.v1.EmbedBatch", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for EmbedReply {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.vectors.is_some() {
            len += 1;
        }
        if !self.model.is_empty() {
            len += 1;
        }
        if self.dimension != 0 {
            len += 1;
        }
        if self.computed != 0 {
            len += 1;
        }
        if self.cached != 0 {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("cueline.v1.EmbedReply", len)?;
        if let Some(v) = self.vectors.as_ref() {
            struct_ser.serialize_field("vectors", v)?;
        }
        if !self.model.is_empty() {
            struct_ser.serialize_field("model", &self.model)?;
        }
        if self.dimension != 0 {
            struct_ser.serialize_field("dimension", &self.dimension)?;
        }
        if self.computed != 0 {
            struct_ser.serialize_field("computed", &self.computed)?;
        }
        if self.cached != 0 {
            struct_ser.serialize_field("cached", &self.cached)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for EmbedReply {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "vectors",
            "model",
            "dimension",
            "computed",
            "cached",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Vectors,
            Model,
            Dimension,
            Computed,
            Cached,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "vectors" => Ok(GeneratedField::Vectors),
                            "model" => Ok(GeneratedField::Model),
                            "dimension" => Ok(GeneratedField::Dimension),
                            "computed" => Ok(GeneratedField::Computed),
                            "cached" => Ok(GeneratedField::Cached),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = EmbedReply;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct cueline.v1.EmbedReply")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<EmbedReply, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut vectors__ = None;
                let mut model__ = None;
                let mut dimension__ = None;
                let mut computed__ = None;
                let mut cached__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Vectors => {
                            if vectors__.is_some() {
                                return Err(serde::de::Error::duplicate_field("vectors"));
                            }
                            vectors__ = map_.next_value()?;
                        }
                        GeneratedField::Model => {
                            if model__.is_some() {
                                return Err(serde::de::Error::duplicate_field("model"));
                            }
                            model__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Dimension => {
                            if dimension__.is_some() {
                                return Err(serde::de::Error::duplicate_field("dimension"));
                            }
                            dimension__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Computed => {
                            if computed__.is_some() {
                                return Err(serde::de::Error::duplicate_field("computed"));
                            }
                            computed__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Cached => {
                            if cached__.is_some() {
                                return Err(serde::de::Error::duplicate_field("cached"));
                            }
                            cached__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                    }
                }
                Ok(EmbedReply {
                    vectors: vectors__,
                    model: model__.unwrap_or_default(),
                    dimension: dimension__.unwrap_or_default(),
                    computed: computed__.unwrap_or_default(),
                    cached: cached__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("cueline.v1.EmbedReply", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for EmbedRequest {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.collection.is_empty() {
            len += 1;
        }
        if self.document.is_some() {
            len += 1;
        }
        if self.chunks.is_some() {
            len += 1;
        }
        if self.batch.is_some() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("cueline.v1.EmbedRequest", len)?;
        if !self.collection.is_empty() {
            struct_ser.serialize_field("collection", &self.collection)?;
        }
        if let Some(v) = self.document.as_ref() {
            struct_ser.serialize_field("document", v)?;
        }
        if let Some(v) = self.chunks.as_ref() {
            struct_ser.serialize_field("chunks", v)?;
        }
        if let Some(v) = self.batch.as_ref() {
            struct_ser.serialize_field("batch", v)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for EmbedRequest {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "collection",
            "document",
            "chunks",
            "batch",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Collection,
            Document,
            Chunks,
            Batch,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "collection" => Ok(GeneratedField::Collection),
                            "document" => Ok(GeneratedField::Document),
                            "chunks" => Ok(GeneratedField::Chunks),
                            "batch" => Ok(GeneratedField::Batch),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = EmbedRequest;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct cueline.v1.EmbedRequest")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<EmbedRequest, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut collection__ = None;
                let mut document__ = None;
                let mut chunks__ = None;
                let mut batch__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Collection => {
                            if collection__.is_some() {
                                return Err(serde::de::Error::duplicate_field("collection"));
                            }
                            collection__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Document => {
                            if document__.is_some() {
                                return Err(serde::de::Error::duplicate_field("document"));
                            }
                            document__ = map_.next_value()?;
                        }
                        GeneratedField::Chunks => {
                            if chunks__.is_some() {
                                return Err(serde::de::Error::duplicate_field("chunks"));
                            }
                            chunks__ = map_.next_value()?;
                        }
                        GeneratedField::Batch => {
                            if batch__.is_some() {
                                return Err(serde::de::Error::duplicate_field("batch"));
                            }
                            batch__ = map_.next_value()?;
                        }
                    }
                }
                Ok(EmbedRequest {
                    collection: collection__.unwrap_or_default(),
                    document: document__,
                    chunks: chunks__,
                    batch: batch__,
                })
            }
        }
        deserializer.deserialize_struct("cueline.v1.EmbedRequest", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for Entry {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.kind.is_some() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("cueline.v1.Entry", len)?;
        if let Some(v) = self.kind.as_ref() {
            match v {
                entry::Kind::ExecutionStarted(v) => {
                    struct_ser.serialize_field("executionStarted", v)?;
                }
                entry::Kind::ForkedFrom(v) => {
                    struct_ser.serialize_field("forkedFrom", v)?;
                }
                entry::Kind::StateEntered(v) => {
                    struct_ser.serialize_field("stateEntered", v)?;
                }
                entry::Kind::TaskScheduled(v) => {
                    struct_ser.serialize_field("taskScheduled", v)?;
                }
                entry::Kind::TaskSucceeded(v) => {
                    struct_ser.serialize_field("taskSucceeded", v)?;
                }
                entry::Kind::TaskFailed(v) => {
                    struct_ser.serialize_field("taskFailed", v)?;
                }
                entry::Kind::TaskTimedOut(v) => {
                    struct_ser.serialize_field("taskTimedOut", v)?;
                }
                entry::Kind::HeartbeatRecorded(v) => {
                    struct_ser.serialize_field("heartbeatRecorded", v)?;
                }
                entry::Kind::CuesResent(v) => {
                    struct_ser.serialize_field("cuesResent", v)?;
                }
                entry::Kind::StateFailed(v) => {
                    struct_ser.serialize_field("stateFailed", v)?;
                }
                entry::Kind::RetryScheduled(v) => {
                    struct_ser.serialize_field("retryScheduled", v)?;
                }
                entry::Kind::ErrorCaught(v) => {
                    struct_ser.serialize_field("errorCaught", v)?;
                }
                entry::Kind::WaitStarted(v) => {
                    struct_ser.serialize_field("waitStarted", v)?;
                }
                entry::Kind::ParallelStarted(v) => {
                    struct_ser.serialize_field("parallelStarted", v)?;
                }
                entry::Kind::MapStarted(v) => {
                    struct_ser.serialize_field("mapStarted", v)?;
                }
                entry::Kind::FrameOpened(v) => {
                    struct_ser.serialize_field("frameOpened", v)?;
                }
                entry::Kind::FrameFailed(v) => {
                    struct_ser.serialize_field("frameFailed", v)?;
                }
                entry::Kind::ChildStarted(v) => {
                    struct_ser.serialize_field("childStarted", v)?;
                }
                entry::Kind::ChildSucceeded(v) => {
                    struct_ser.serialize_field("childSucceeded", v)?;
                }
                entry::Kind::ChildFailed(v) => {
                    struct_ser.serialize_field("childFailed", v)?;
                }
                entry::Kind::StateExited(v) => {
                    struct_ser.serialize_field("stateExited", v)?;
                }
                entry::Kind::Yielded(v) => {
                    struct_ser.serialize_field("yielded", v)?;
                }
                entry::Kind::ExecutionSucceeded(v) => {
                    struct_ser.serialize_field("executionSucceeded", v)?;
                }
                entry::Kind::ExecutionFailed(v) => {
                    struct_ser.serialize_field("executionFailed", v)?;
                }
                entry::Kind::ExecutionAborted(v) => {
                    struct_ser.serialize_field("executionAborted", v)?;
                }
                entry::Kind::ExecutionTimedOut(v) => {
                    struct_ser.serialize_field("executionTimedOut", v)?;
                }
            }
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for Entry {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "execution_started",
            "executionStarted",
            "forked_from",
            "forkedFrom",
            "state_entered",
            "stateEntered",
            "task_scheduled",
            "taskScheduled",
            "task_succeeded",
            "taskSucceeded",
            "task_failed",
            "taskFailed",
            "task_timed_out",
            "taskTimedOut",
            "heartbeat_recorded",
            "heartbeatRecorded",
            "cues_resent",
            "cuesResent",
            "state_failed",
            "stateFailed",
            "retry_scheduled",
            "retryScheduled",
            "error_caught",
            "errorCaught",
            "wait_started",
            "waitStarted",
            "parallel_started",
            "parallelStarted",
            "map_started",
            "mapStarted",
            "frame_opened",
            "frameOpened",
            "frame_failed",
            "frameFailed",
            "child_started",
            "childStarted",
            "child_succeeded",
            "childSucceeded",
            "child_failed",
            "childFailed",
            "state_exited",
            "stateExited",
            "yielded",
            "execution_succeeded",
            "executionSucceeded",
            "execution_failed",
            "executionFailed",
            "execution_aborted",
            "executionAborted",
            "execution_timed_out",
            "executionTimedOut",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            ExecutionStarted,
            ForkedFrom,
            StateEntered,
            TaskScheduled,
            TaskSucceeded,
            TaskFailed,
            TaskTimedOut,
            HeartbeatRecorded,
            CuesResent,
            StateFailed,
            RetryScheduled,
            ErrorCaught,
            WaitStarted,
            ParallelStarted,
            MapStarted,
            FrameOpened,
            FrameFailed,
            ChildStarted,
            ChildSucceeded,
            ChildFailed,
            StateExited,
            Yielded,
            ExecutionSucceeded,
            ExecutionFailed,
            ExecutionAborted,
            ExecutionTimedOut,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "executionStarted" | "execution_started" => Ok(GeneratedField::ExecutionStarted),
                            "forkedFrom" | "forked_from" => Ok(GeneratedField::ForkedFrom),
                            "stateEntered" | "state_entered" => Ok(GeneratedField::StateEntered),
                            "taskScheduled" | "task_scheduled" => Ok(GeneratedField::TaskScheduled),
                            "taskSucceeded" | "task_succeeded" => Ok(GeneratedField::TaskSucceeded),
                            "taskFailed" | "task_failed" => Ok(GeneratedField::TaskFailed),
                            "taskTimedOut" | "task_timed_out" => Ok(GeneratedField::TaskTimedOut),
                            "heartbeatRecorded" | "heartbeat_recorded" => Ok(GeneratedField::HeartbeatRecorded),
                            "cuesResent" | "cues_resent" => Ok(GeneratedField::CuesResent),
                            "stateFailed" | "state_failed" => Ok(GeneratedField::StateFailed),
                            "retryScheduled" | "retry_scheduled" => Ok(GeneratedField::RetryScheduled),
                            "errorCaught" | "error_caught" => Ok(GeneratedField::ErrorCaught),
                            "waitStarted" | "wait_started" => Ok(GeneratedField::WaitStarted),
                            "parallelStarted" | "parallel_started" => Ok(GeneratedField::ParallelStarted),
                            "mapStarted" | "map_started" => Ok(GeneratedField::MapStarted),
                            "frameOpened" | "frame_opened" => Ok(GeneratedField::FrameOpened),
                            "frameFailed" | "frame_failed" => Ok(GeneratedField::FrameFailed),
                            "childStarted" | "child_started" => Ok(GeneratedField::ChildStarted),
                            "childSucceeded" | "child_succeeded" => Ok(GeneratedField::ChildSucceeded),
                            "childFailed" | "child_failed" => Ok(GeneratedField::ChildFailed),
                            "stateExited" | "state_exited" => Ok(GeneratedField::StateExited),
                            "yielded" => Ok(GeneratedField::Yielded),
                            "executionSucceeded" | "execution_succeeded" => Ok(GeneratedField::ExecutionSucceeded),
                            "executionFailed" | "execution_failed" => Ok(GeneratedField::ExecutionFailed),
                            "executionAborted" | "execution_aborted" => Ok(GeneratedField::ExecutionAborted),
                            "executionTimedOut" | "execution_timed_out" => Ok(GeneratedField::ExecutionTimedOut),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = Entry;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct cueline.v1.Entry")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<Entry, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut kind__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::ExecutionStarted => {
                            if kind__.is_some() {
                                return Err(serde::de::Error::duplicate_field("executionStarted"));
                            }
                            kind__ = map_.next_value::<::std::option::Option<_>>()?.map(entry::Kind::ExecutionStarted)
;
                        }
                        GeneratedField::ForkedFrom => {
                            if kind__.is_some() {
                                return Err(serde::de::Error::duplicate_field("forkedFrom"));
                            }
                            kind__ = map_.next_value::<::std::option::Option<_>>()?.map(entry::Kind::ForkedFrom)
;
                        }
                        GeneratedField::StateEntered => {
                            if kind__.is_some() {
                                return Err(serde::de::Error::duplicate_field("stateEntered"));
                            }
                            kind__ = map_.next_value::<::std::option::Option<_>>()?.map(entry::Kind::StateEntered)
;
                        }
                        GeneratedField::TaskScheduled => {
                            if kind__.is_some() {
                                return Err(serde::de::Error::duplicate_field("taskScheduled"));
                            }
                            kind__ = map_.next_value::<::std::option::Option<_>>()?.map(entry::Kind::TaskScheduled)
;
                        }
                        GeneratedField::TaskSucceeded => {
                            if kind__.is_some() {
                                return Err(serde::de::Error::duplicate_field("taskSucceeded"));
                            }
                            kind__ = map_.next_value::<::std::option::Option<_>>()?.map(entry::Kind::TaskSucceeded)
;
                        }
                        GeneratedField::TaskFailed => {
                            if kind__.is_some() {
                                return Err(serde::de::Error::duplicate_field("taskFailed"));
                            }
                            kind__ = map_.next_value::<::std::option::Option<_>>()?.map(entry::Kind::TaskFailed)
;
                        }
                        GeneratedField::TaskTimedOut => {
                            if kind__.is_some() {
                                return Err(serde::de::Error::duplicate_field("taskTimedOut"));
                            }
                            kind__ = map_.next_value::<::std::option::Option<_>>()?.map(entry::Kind::TaskTimedOut)
;
                        }
                        GeneratedField::HeartbeatRecorded => {
                            if kind__.is_some() {
                                return Err(serde::de::Error::duplicate_field("heartbeatRecorded"));
                            }
                            kind__ = map_.next_value::<::std::option::Option<_>>()?.map(entry::Kind::HeartbeatRecorded)
;
                        }
                        GeneratedField::CuesResent => {
                            if kind__.is_some() {
                                return Err(serde::de::Error::duplicate_field("cuesResent"));
                            }
                            kind__ = map_.next_value::<::std::option::Option<_>>()?.map(entry::Kind::CuesResent)
;
                        }
                        GeneratedField::StateFailed => {
                            if kind__.is_some() {
                                return Err(serde::de::Error::duplicate_field("stateFailed"));
                            }
                            kind__ = map_.next_value::<::std::option::Option<_>>()?.map(entry::Kind::StateFailed)
;
                        }
                        GeneratedField::RetryScheduled => {
                            if kind__.is_some() {
                                return Err(serde::de::Error::duplicate_field("retryScheduled"));
                            }
                            kind__ = map_.next_value::<::std::option::Option<_>>()?.map(entry::Kind::RetryScheduled)
;
                        }
                        GeneratedField::ErrorCaught => {
                            if kind__.is_some() {
                                return Err(serde::de::Error::duplicate_field("errorCaught"));
                            }
                            kind__ = map_.next_value::<::std::option::Option<_>>()?.map(entry::Kind::ErrorCaught)
;
                        }
                        GeneratedField::WaitStarted => {
                            if kind__.is_some() {
                                return Err(serde::de::Error::duplicate_field("waitStarted"));
                            }
                            kind__ = map_.next_value::<::std::option::Option<_>>()?.map(entry::Kind::WaitStarted)
;
                        }
                        GeneratedField::ParallelStarted => {
                            if kind__.is_some() {
                                return Err(serde::de::Error::duplicate_field("parallelStarted"));
                            }
                            kind__ = map_.next_value::<::std::option::Option<_>>()?.map(entry::Kind::ParallelStarted)
;
                        }
                        GeneratedField::MapStarted => {
                            if kind__.is_some() {
                                return Err(serde::de::Error::duplicate_field("mapStarted"));
                            }
                            kind__ = map_.next_value::<::std::option::Option<_>>()?.map(entry::Kind::MapStarted)
;
                        }
                        GeneratedField::FrameOpened => {
                            if kind__.is_some() {
                                return Err(serde::de::Error::duplicate_field("frameOpened"));
                            }
                            kind__ = map_.next_value::<::std::option::Option<_>>()?.map(entry::Kind::FrameOpened)
;
                        }
                        GeneratedField::FrameFailed => {
                            if kind__.is_some() {
                                return Err(serde::de::Error::duplicate_field("frameFailed"));
                            }
                            kind__ = map_.next_value::<::std::option::Option<_>>()?.map(entry::Kind::FrameFailed)
;
                        }
                        GeneratedField::ChildStarted => {
                            if kind__.is_some() {
                                return Err(serde::de::Error::duplicate_field("childStarted"));
                            }
                            kind__ = map_.next_value::<::std::option::Option<_>>()?.map(entry::Kind::ChildStarted)
;
                        }
                        GeneratedField::ChildSucceeded => {
                            if kind__.is_some() {
                                return Err(serde::de::Error::duplicate_field("childSucceeded"));
                            }
                            kind__ = map_.next_value::<::std::option::Option<_>>()?.map(entry::Kind::ChildSucceeded)
;
                        }
                        GeneratedField::ChildFailed => {
                            if kind__.is_some() {
                                return Err(serde::de::Error::duplicate_field("childFailed"));
                            }
                            kind__ = map_.next_value::<::std::option::Option<_>>()?.map(entry::Kind::ChildFailed)
;
                        }
                        GeneratedField::StateExited => {
                            if kind__.is_some() {
                                return Err(serde::de::Error::duplicate_field("stateExited"));
                            }
                            kind__ = map_.next_value::<::std::option::Option<_>>()?.map(entry::Kind::StateExited)
;
                        }
                        GeneratedField::Yielded => {
                            if kind__.is_some() {
                                return Err(serde::de::Error::duplicate_field("yielded"));
                            }
                            kind__ = map_.next_value::<::std::option::Option<_>>()?.map(entry::Kind::Yielded)
;
                        }
                        GeneratedField::ExecutionSucceeded => {
                            if kind__.is_some() {
                                return Err(serde::de::Error::duplicate_field("executionSucceeded"));
                            }
                            kind__ = map_.next_value::<::std::option::Option<_>>()?.map(entry::Kind::ExecutionSucceeded)
;
                        }
                        GeneratedField::ExecutionFailed => {
                            if kind__.is_some() {
                                return Err(serde::de::Error::duplicate_field("executionFailed"));
                            }
                            kind__ = map_.next_value::<::std::option::Option<_>>()?.map(entry::Kind::ExecutionFailed)
;
                        }
                        GeneratedField::ExecutionAborted => {
                            if kind__.is_some() {
                                return Err(serde::de::Error::duplicate_field("executionAborted"));
                            }
                            kind__ = map_.next_value::<::std::option::Option<_>>()?.map(entry::Kind::ExecutionAborted)
;
                        }
                        GeneratedField::ExecutionTimedOut => {
                            if kind__.is_some() {
                                return Err(serde::de::Error::duplicate_field("executionTimedOut"));
                            }
                            kind__ = map_.next_value::<::std::option::Option<_>>()?.map(entry::Kind::ExecutionTimedOut)
;
                        }
                    }
                }
                Ok(Entry {
                    kind: kind__,
                })
            }
        }
        deserializer.deserialize_struct("cueline.v1.Entry", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for entry::ChildFailed {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.child != 0 {
            len += 1;
        }
        if !self.error.is_empty() {
            len += 1;
        }
        if !self.cause.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("cueline.v1.Entry.ChildFailed", len)?;
        if self.child != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("child", ToString::to_string(&self.child).as_str())?;
        }
        if !self.error.is_empty() {
            struct_ser.serialize_field("error", &self.error)?;
        }
        if !self.cause.is_empty() {
            struct_ser.serialize_field("cause", &self.cause)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for entry::ChildFailed {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "child",
            "error",
            "cause",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Child,
            Error,
            Cause,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "child" => Ok(GeneratedField::Child),
                            "error" => Ok(GeneratedField::Error),
                            "cause" => Ok(GeneratedField::Cause),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = entry::ChildFailed;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct cueline.v1.Entry.ChildFailed")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<entry::ChildFailed, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut child__ = None;
                let mut error__ = None;
                let mut cause__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Child => {
                            if child__.is_some() {
                                return Err(serde::de::Error::duplicate_field("child"));
                            }
                            child__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Error => {
                            if error__.is_some() {
                                return Err(serde::de::Error::duplicate_field("error"));
                            }
                            error__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Cause => {
                            if cause__.is_some() {
                                return Err(serde::de::Error::duplicate_field("cause"));
                            }
                            cause__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(entry::ChildFailed {
                    child: child__.unwrap_or_default(),
                    error: error__.unwrap_or_default(),
                    cause: cause__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("cueline.v1.Entry.ChildFailed", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for entry::ChildStarted {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.frame != 0 {
            len += 1;
        }
        if self.child != 0 {
            len += 1;
        }
        if self.index != 0 {
            len += 1;
        }
        if self.input.is_some() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("cueline.v1.Entry.ChildStarted", len)?;
        if self.frame != 0 {
            struct_ser.serialize_field("frame", &self.frame)?;
        }
        if self.child != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("child", ToString::to_string(&self.child).as_str())?;
        }
        if self.index != 0 {
            struct_ser.serialize_field("index", &self.index)?;
        }
        if let Some(v) = self.input.as_ref() {
            struct_ser.serialize_field("input", v)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for entry::ChildStarted {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "frame",
            "child",
            "index",
            "input",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Frame,
            Child,
            Index,
            Input,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "frame" => Ok(GeneratedField::Frame),
                            "child" => Ok(GeneratedField::Child),
                            "index" => Ok(GeneratedField::Index),
                            "input" => Ok(GeneratedField::Input),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = entry::ChildStarted;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct cueline.v1.Entry.ChildStarted")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<entry::ChildStarted, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut frame__ = None;
                let mut child__ = None;
                let mut index__ = None;
                let mut input__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Frame => {
                            if frame__.is_some() {
                                return Err(serde::de::Error::duplicate_field("frame"));
                            }
                            frame__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Child => {
                            if child__.is_some() {
                                return Err(serde::de::Error::duplicate_field("child"));
                            }
                            child__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Index => {
                            if index__.is_some() {
                                return Err(serde::de::Error::duplicate_field("index"));
                            }
                            index__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Input => {
                            if input__.is_some() {
                                return Err(serde::de::Error::duplicate_field("input"));
                            }
                            input__ = map_.next_value()?;
                        }
                    }
                }
                Ok(entry::ChildStarted {
                    frame: frame__.unwrap_or_default(),
                    child: child__.unwrap_or_default(),
                    index: index__.unwrap_or_default(),
                    input: input__,
                })
            }
        }
        deserializer.deserialize_struct("cueline.v1.Entry.ChildStarted", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for entry::ChildSucceeded {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.child != 0 {
            len += 1;
        }
        if self.output.is_some() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("cueline.v1.Entry.ChildSucceeded", len)?;
        if self.child != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("child", ToString::to_string(&self.child).as_str())?;
        }
        if let Some(v) = self.output.as_ref() {
            struct_ser.serialize_field("output", v)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for entry::ChildSucceeded {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "child",
            "output",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Child,
            Output,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "child" => Ok(GeneratedField::Child),
                            "output" => Ok(GeneratedField::Output),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = entry::ChildSucceeded;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct cueline.v1.Entry.ChildSucceeded")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<entry::ChildSucceeded, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut child__ = None;
                let mut output__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Child => {
                            if child__.is_some() {
                                return Err(serde::de::Error::duplicate_field("child"));
                            }
                            child__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Output => {
                            if output__.is_some() {
                                return Err(serde::de::Error::duplicate_field("output"));
                            }
                            output__ = map_.next_value()?;
                        }
                    }
                }
                Ok(entry::ChildSucceeded {
                    child: child__.unwrap_or_default(),
                    output: output__,
                })
            }
        }
        deserializer.deserialize_struct("cueline.v1.Entry.ChildSucceeded", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for entry::CuesResent {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.tasks.is_empty() {
            len += 1;
        }
        if self.max_sends != 0 {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("cueline.v1.Entry.CuesResent", len)?;
        if !self.tasks.is_empty() {
            struct_ser.serialize_field("tasks", &self.tasks.iter().map(ToString::to_string).collect::<Vec<_>>())?;
        }
        if self.max_sends != 0 {
            struct_ser.serialize_field("maxSends", &self.max_sends)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for entry::CuesResent {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "tasks",
            "max_sends",
            "maxSends",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Tasks,
            MaxSends,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "tasks" => Ok(GeneratedField::Tasks),
                            "maxSends" | "max_sends" => Ok(GeneratedField::MaxSends),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = entry::CuesResent;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct cueline.v1.Entry.CuesResent")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<entry::CuesResent, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut tasks__ = None;
                let mut max_sends__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Tasks => {
                            if tasks__.is_some() {
                                return Err(serde::de::Error::duplicate_field("tasks"));
                            }
                            tasks__ = 
                                Some(map_.next_value::<Vec<::pbjson::private::NumberDeserialize<_>>>()?
                                    .into_iter().map(|x| x.0).collect())
                            ;
                        }
                        GeneratedField::MaxSends => {
                            if max_sends__.is_some() {
                                return Err(serde::de::Error::duplicate_field("maxSends"));
                            }
                            max_sends__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                    }
                }
                Ok(entry::CuesResent {
                    tasks: tasks__.unwrap_or_default(),
                    max_sends: max_sends__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("cueline.v1.Entry.CuesResent", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for entry::ErrorCaught {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.frame != 0 {
            len += 1;
        }
        if self.catcher != 0 {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("cueline.v1.Entry.ErrorCaught", len)?;
        if self.frame != 0 {
            struct_ser.serialize_field("frame", &self.frame)?;
        }
        if self.catcher != 0 {
            struct_ser.serialize_field("catcher", &self.catcher)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for entry::ErrorCaught {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "frame",
            "catcher",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Frame,
            Catcher,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "frame" => Ok(GeneratedField::Frame),
                            "catcher" => Ok(GeneratedField::Catcher),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = entry::ErrorCaught;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct cueline.v1.Entry.ErrorCaught")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<entry::ErrorCaught, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut frame__ = None;
                let mut catcher__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Frame => {
                            if frame__.is_some() {
                                return Err(serde::de::Error::duplicate_field("frame"));
                            }
                            frame__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Catcher => {
                            if catcher__.is_some() {
                                return Err(serde::de::Error::duplicate_field("catcher"));
                            }
                            catcher__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                    }
                }
                Ok(entry::ErrorCaught {
                    frame: frame__.unwrap_or_default(),
                    catcher: catcher__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("cueline.v1.Entry.ErrorCaught", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for entry::ExecutionAborted {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.error.is_empty() {
            len += 1;
        }
        if !self.cause.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("cueline.v1.Entry.ExecutionAborted", len)?;
        if !self.error.is_empty() {
            struct_ser.serialize_field("error", &self.error)?;
        }
        if !self.cause.is_empty() {
            struct_ser.serialize_field("cause", &self.cause)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for entry::ExecutionAborted {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "error",
            "cause",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Error,
            Cause,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "error" => Ok(GeneratedField::Error),
                            "cause" => Ok(GeneratedField::Cause),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = entry::ExecutionAborted;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct cueline.v1.Entry.ExecutionAborted")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<entry::ExecutionAborted, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut error__ = None;
                let mut cause__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Error => {
                            if error__.is_some() {
                                return Err(serde::de::Error::duplicate_field("error"));
                            }
                            error__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Cause => {
                            if cause__.is_some() {
                                return Err(serde::de::Error::duplicate_field("cause"));
                            }
                            cause__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(entry::ExecutionAborted {
                    error: error__.unwrap_or_default(),
                    cause: cause__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("cueline.v1.Entry.ExecutionAborted", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for entry::ExecutionFailed {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.error.is_empty() {
            len += 1;
        }
        if !self.cause.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("cueline.v1.Entry.ExecutionFailed", len)?;
        if !self.error.is_empty() {
            struct_ser.serialize_field("error", &self.error)?;
        }
        if !self.cause.is_empty() {
            struct_ser.serialize_field("cause", &self.cause)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for entry::ExecutionFailed {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "error",
            "cause",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Error,
            Cause,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "error" => Ok(GeneratedField::Error),
                            "cause" => Ok(GeneratedField::Cause),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = entry::ExecutionFailed;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct cueline.v1.Entry.ExecutionFailed")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<entry::ExecutionFailed, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut error__ = None;
                let mut cause__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Error => {
                            if error__.is_some() {
                                return Err(serde::de::Error::duplicate_field("error"));
                            }
                            error__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Cause => {
                            if cause__.is_some() {
                                return Err(serde::de::Error::duplicate_field("cause"));
                            }
                            cause__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(entry::ExecutionFailed {
                    error: error__.unwrap_or_default(),
                    cause: cause__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("cueline.v1.Entry.ExecutionFailed", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for entry::ExecutionStarted {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.start.is_some() {
            len += 1;
        }
        if self.deadline_ms.is_some() {
            len += 1;
        }
        if self.seed != 0 {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("cueline.v1.Entry.ExecutionStarted", len)?;
        if let Some(v) = self.start.as_ref() {
            struct_ser.serialize_field("start", v)?;
        }
        if let Some(v) = self.deadline_ms.as_ref() {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("deadlineMs", ToString::to_string(&v).as_str())?;
        }
        if self.seed != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("seed", ToString::to_string(&self.seed).as_str())?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for entry::ExecutionStarted {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "start",
            "deadline_ms",
            "deadlineMs",
            "seed",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Start,
            DeadlineMs,
            Seed,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "start" => Ok(GeneratedField::Start),
                            "deadlineMs" | "deadline_ms" => Ok(GeneratedField::DeadlineMs),
                            "seed" => Ok(GeneratedField::Seed),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = entry::ExecutionStarted;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct cueline.v1.Entry.ExecutionStarted")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<entry::ExecutionStarted, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut start__ = None;
                let mut deadline_ms__ = None;
                let mut seed__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Start => {
                            if start__.is_some() {
                                return Err(serde::de::Error::duplicate_field("start"));
                            }
                            start__ = map_.next_value()?;
                        }
                        GeneratedField::DeadlineMs => {
                            if deadline_ms__.is_some() {
                                return Err(serde::de::Error::duplicate_field("deadlineMs"));
                            }
                            deadline_ms__ = 
                                map_.next_value::<::std::option::Option<::pbjson::private::NumberDeserialize<_>>>()?.map(|x| x.0)
                            ;
                        }
                        GeneratedField::Seed => {
                            if seed__.is_some() {
                                return Err(serde::de::Error::duplicate_field("seed"));
                            }
                            seed__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                    }
                }
                Ok(entry::ExecutionStarted {
                    start: start__,
                    deadline_ms: deadline_ms__,
                    seed: seed__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("cueline.v1.Entry.ExecutionStarted", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for entry::ExecutionSucceeded {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let len = 0;
        let struct_ser = serializer.serialize_struct("cueline.v1.Entry.ExecutionSucceeded", len)?;
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for entry::ExecutionSucceeded {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                            Err(serde::de::Error::unknown_field(value, FIELDS))
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = entry::ExecutionSucceeded;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct cueline.v1.Entry.ExecutionSucceeded")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<entry::ExecutionSucceeded, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                while map_.next_key::<GeneratedField>()?.is_some() {
                    let _ = map_.next_value::<serde::de::IgnoredAny>()?;
                }
                Ok(entry::ExecutionSucceeded {
                })
            }
        }
        deserializer.deserialize_struct("cueline.v1.Entry.ExecutionSucceeded", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for entry::ExecutionTimedOut {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let len = 0;
        let struct_ser = serializer.serialize_struct("cueline.v1.Entry.ExecutionTimedOut", len)?;
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for entry::ExecutionTimedOut {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                            Err(serde::de::Error::unknown_field(value, FIELDS))
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = entry::ExecutionTimedOut;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct cueline.v1.Entry.ExecutionTimedOut")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<entry::ExecutionTimedOut, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                while map_.next_key::<GeneratedField>()?.is_some() {
                    let _ = map_.next_value::<serde::de::IgnoredAny>()?;
                }
                Ok(entry::ExecutionTimedOut {
                })
            }
        }
        deserializer.deserialize_struct("cueline.v1.Entry.ExecutionTimedOut", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for entry::ForkedFrom {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.origin.is_empty() {
            len += 1;
        }
        if self.step != 0 {
            len += 1;
        }
        if self.frame != 0 {
            len += 1;
        }
        if !self.state.is_empty() {
            len += 1;
        }
        if self.input.is_some() {
            len += 1;
        }
        if self.shift_ms != 0 {
            len += 1;
        }
        if self.start.is_some() {
            len += 1;
        }
        if self.seed != 0 {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("cueline.v1.Entry.ForkedFrom", len)?;
        if !self.origin.is_empty() {
            struct_ser.serialize_field("origin", &self.origin)?;
        }
        if self.step != 0 {
            struct_ser.serialize_field("step", &self.step)?;
        }
        if self.frame != 0 {
            struct_ser.serialize_field("frame", &self.frame)?;
        }
        if !self.state.is_empty() {
            struct_ser.serialize_field("state", &self.state)?;
        }
        if let Some(v) = self.input.as_ref() {
            struct_ser.serialize_field("input", v)?;
        }
        if self.shift_ms != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("shiftMs", ToString::to_string(&self.shift_ms).as_str())?;
        }
        if let Some(v) = self.start.as_ref() {
            struct_ser.serialize_field("start", v)?;
        }
        if self.seed != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("seed", ToString::to_string(&self.seed).as_str())?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for entry::ForkedFrom {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "origin",
            "step",
            "frame",
            "state",
            "input",
            "shift_ms",
            "shiftMs",
            "start",
            "seed",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Origin,
            Step,
            Frame,
            State,
            Input,
            ShiftMs,
            Start,
            Seed,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "origin" => Ok(GeneratedField::Origin),
                            "step" => Ok(GeneratedField::Step),
                            "frame" => Ok(GeneratedField::Frame),
                            "state" => Ok(GeneratedField::State),
                            "input" => Ok(GeneratedField::Input),
                            "shiftMs" | "shift_ms" => Ok(GeneratedField::ShiftMs),
                            "start" => Ok(GeneratedField::Start),
                            "seed" => Ok(GeneratedField::Seed),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = entry::ForkedFrom;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct cueline.v1.Entry.ForkedFrom")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<entry::ForkedFrom, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut origin__ = None;
                let mut step__ = None;
                let mut frame__ = None;
                let mut state__ = None;
                let mut input__ = None;
                let mut shift_ms__ = None;
                let mut start__ = None;
                let mut seed__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Origin => {
                            if origin__.is_some() {
                                return Err(serde::de::Error::duplicate_field("origin"));
                            }
                            origin__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Step => {
                            if step__.is_some() {
                                return Err(serde::de::Error::duplicate_field("step"));
                            }
                            step__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Frame => {
                            if frame__.is_some() {
                                return Err(serde::de::Error::duplicate_field("frame"));
                            }
                            frame__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::State => {
                            if state__.is_some() {
                                return Err(serde::de::Error::duplicate_field("state"));
                            }
                            state__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Input => {
                            if input__.is_some() {
                                return Err(serde::de::Error::duplicate_field("input"));
                            }
                            input__ = map_.next_value()?;
                        }
                        GeneratedField::ShiftMs => {
                            if shift_ms__.is_some() {
                                return Err(serde::de::Error::duplicate_field("shiftMs"));
                            }
                            shift_ms__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Start => {
                            if start__.is_some() {
                                return Err(serde::de::Error::duplicate_field("start"));
                            }
                            start__ = map_.next_value()?;
                        }
                        GeneratedField::Seed => {
                            if seed__.is_some() {
                                return Err(serde::de::Error::duplicate_field("seed"));
                            }
                            seed__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                    }
                }
                Ok(entry::ForkedFrom {
                    origin: origin__.unwrap_or_default(),
                    step: step__.unwrap_or_default(),
                    frame: frame__.unwrap_or_default(),
                    state: state__.unwrap_or_default(),
                    input: input__,
                    shift_ms: shift_ms__.unwrap_or_default(),
                    start: start__,
                    seed: seed__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("cueline.v1.Entry.ForkedFrom", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for entry::FrameFailed {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.frame != 0 {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("cueline.v1.Entry.FrameFailed", len)?;
        if self.frame != 0 {
            struct_ser.serialize_field("frame", &self.frame)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for entry::FrameFailed {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "frame",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Frame,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "frame" => Ok(GeneratedField::Frame),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = entry::FrameFailed;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct cueline.v1.Entry.FrameFailed")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<entry::FrameFailed, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut frame__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Frame => {
                            if frame__.is_some() {
                                return Err(serde::de::Error::duplicate_field("frame"));
                            }
                            frame__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                    }
                }
                Ok(entry::FrameFailed {
                    frame: frame__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("cueline.v1.Entry.FrameFailed", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for entry::FrameOpened {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.frame != 0 {
            len += 1;
        }
        if self.parent != 0 {
            len += 1;
        }
        if self.index != 0 {
            len += 1;
        }
        if self.input.is_some() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("cueline.v1.Entry.FrameOpened", len)?;
        if self.frame != 0 {
            struct_ser.serialize_field("frame", &self.frame)?;
        }
        if self.parent != 0 {
            struct_ser.serialize_field("parent", &self.parent)?;
        }
        if self.index != 0 {
            struct_ser.serialize_field("index", &self.index)?;
        }
        if let Some(v) = self.input.as_ref() {
            struct_ser.serialize_field("input", v)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for entry::FrameOpened {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "frame",
            "parent",
            "index",
            "input",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Frame,
            Parent,
            Index,
            Input,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "frame" => Ok(GeneratedField::Frame),
                            "parent" => Ok(GeneratedField::Parent),
                            "index" => Ok(GeneratedField::Index),
                            "input" => Ok(GeneratedField::Input),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = entry::FrameOpened;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct cueline.v1.Entry.FrameOpened")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<entry::FrameOpened, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut frame__ = None;
                let mut parent__ = None;
                let mut index__ = None;
                let mut input__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Frame => {
                            if frame__.is_some() {
                                return Err(serde::de::Error::duplicate_field("frame"));
                            }
                            frame__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Parent => {
                            if parent__.is_some() {
                                return Err(serde::de::Error::duplicate_field("parent"));
                            }
                            parent__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Index => {
                            if index__.is_some() {
                                return Err(serde::de::Error::duplicate_field("index"));
                            }
                            index__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Input => {
                            if input__.is_some() {
                                return Err(serde::de::Error::duplicate_field("input"));
                            }
                            input__ = map_.next_value()?;
                        }
                    }
                }
                Ok(entry::FrameOpened {
                    frame: frame__.unwrap_or_default(),
                    parent: parent__.unwrap_or_default(),
                    index: index__.unwrap_or_default(),
                    input: input__,
                })
            }
        }
        deserializer.deserialize_struct("cueline.v1.Entry.FrameOpened", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for entry::HeartbeatRecorded {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.task != 0 {
            len += 1;
        }
        if self.due_ms != 0 {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("cueline.v1.Entry.HeartbeatRecorded", len)?;
        if self.task != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("task", ToString::to_string(&self.task).as_str())?;
        }
        if self.due_ms != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("dueMs", ToString::to_string(&self.due_ms).as_str())?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for entry::HeartbeatRecorded {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "task",
            "due_ms",
            "dueMs",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Task,
            DueMs,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "task" => Ok(GeneratedField::Task),
                            "dueMs" | "due_ms" => Ok(GeneratedField::DueMs),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = entry::HeartbeatRecorded;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct cueline.v1.Entry.HeartbeatRecorded")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<entry::HeartbeatRecorded, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut task__ = None;
                let mut due_ms__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Task => {
                            if task__.is_some() {
                                return Err(serde::de::Error::duplicate_field("task"));
                            }
                            task__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::DueMs => {
                            if due_ms__.is_some() {
                                return Err(serde::de::Error::duplicate_field("dueMs"));
                            }
                            due_ms__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                    }
                }
                Ok(entry::HeartbeatRecorded {
                    task: task__.unwrap_or_default(),
                    due_ms: due_ms__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("cueline.v1.Entry.HeartbeatRecorded", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for entry::MapStarted {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.frame != 0 {
            len += 1;
        }
        if self.items.is_some() {
            len += 1;
        }
        if self.total != 0 {
            len += 1;
        }
        if self.batched {
            len += 1;
        }
        if self.distributed {
            len += 1;
        }
        if self.max_concurrency != 0 {
            len += 1;
        }
        if self.tolerated_count.is_some() {
            len += 1;
        }
        if self.tolerated_percentage.is_some() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("cueline.v1.Entry.MapStarted", len)?;
        if self.frame != 0 {
            struct_ser.serialize_field("frame", &self.frame)?;
        }
        if let Some(v) = self.items.as_ref() {
            struct_ser.serialize_field("items", v)?;
        }
        if self.total != 0 {
            struct_ser.serialize_field("total", &self.total)?;
        }
        if self.batched {
            struct_ser.serialize_field("batched", &self.batched)?;
        }
        if self.distributed {
            struct_ser.serialize_field("distributed", &self.distributed)?;
        }
        if self.max_concurrency != 0 {
            struct_ser.serialize_field("maxConcurrency", &self.max_concurrency)?;
        }
        if let Some(v) = self.tolerated_count.as_ref() {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("toleratedCount", ToString::to_string(&v).as_str())?;
        }
        if let Some(v) = self.tolerated_percentage.as_ref() {
            struct_ser.serialize_field("toleratedPercentage", v)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for entry::MapStarted {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "frame",
            "items",
            "total",
            "batched",
            "distributed",
            "max_concurrency",
            "maxConcurrency",
            "tolerated_count",
            "toleratedCount",
            "tolerated_percentage",
            "toleratedPercentage",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Frame,
            Items,
            Total,
            Batched,
            Distributed,
            MaxConcurrency,
            ToleratedCount,
            ToleratedPercentage,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "frame" => Ok(GeneratedField::Frame),
                            "items" => Ok(GeneratedField::Items),
                            "total" => Ok(GeneratedField::Total),
                            "batched" => Ok(GeneratedField::Batched),
                            "distributed" => Ok(GeneratedField::Distributed),
                            "maxConcurrency" | "max_concurrency" => Ok(GeneratedField::MaxConcurrency),
                            "toleratedCount" | "tolerated_count" => Ok(GeneratedField::ToleratedCount),
                            "toleratedPercentage" | "tolerated_percentage" => Ok(GeneratedField::ToleratedPercentage),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = entry::MapStarted;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct cueline.v1.Entry.MapStarted")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<entry::MapStarted, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut frame__ = None;
                let mut items__ = None;
                let mut total__ = None;
                let mut batched__ = None;
                let mut distributed__ = None;
                let mut max_concurrency__ = None;
                let mut tolerated_count__ = None;
                let mut tolerated_percentage__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Frame => {
                            if frame__.is_some() {
                                return Err(serde::de::Error::duplicate_field("frame"));
                            }
                            frame__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Items => {
                            if items__.is_some() {
                                return Err(serde::de::Error::duplicate_field("items"));
                            }
                            items__ = map_.next_value()?;
                        }
                        GeneratedField::Total => {
                            if total__.is_some() {
                                return Err(serde::de::Error::duplicate_field("total"));
                            }
                            total__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Batched => {
                            if batched__.is_some() {
                                return Err(serde::de::Error::duplicate_field("batched"));
                            }
                            batched__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Distributed => {
                            if distributed__.is_some() {
                                return Err(serde::de::Error::duplicate_field("distributed"));
                            }
                            distributed__ = Some(map_.next_value()?);
                        }
                        GeneratedField::MaxConcurrency => {
                            if max_concurrency__.is_some() {
                                return Err(serde::de::Error::duplicate_field("maxConcurrency"));
                            }
                            max_concurrency__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::ToleratedCount => {
                            if tolerated_count__.is_some() {
                                return Err(serde::de::Error::duplicate_field("toleratedCount"));
                            }
                            tolerated_count__ = 
                                map_.next_value::<::std::option::Option<::pbjson::private::NumberDeserialize<_>>>()?.map(|x| x.0)
                            ;
                        }
                        GeneratedField::ToleratedPercentage => {
                            if tolerated_percentage__.is_some() {
                                return Err(serde::de::Error::duplicate_field("toleratedPercentage"));
                            }
                            tolerated_percentage__ = 
                                map_.next_value::<::std::option::Option<::pbjson::private::NumberDeserialize<_>>>()?.map(|x| x.0)
                            ;
                        }
                    }
                }
                Ok(entry::MapStarted {
                    frame: frame__.unwrap_or_default(),
                    items: items__,
                    total: total__.unwrap_or_default(),
                    batched: batched__.unwrap_or_default(),
                    distributed: distributed__.unwrap_or_default(),
                    max_concurrency: max_concurrency__.unwrap_or_default(),
                    tolerated_count: tolerated_count__,
                    tolerated_percentage: tolerated_percentage__,
                })
            }
        }
        deserializer.deserialize_struct("cueline.v1.Entry.MapStarted", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for entry::ParallelStarted {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.frame != 0 {
            len += 1;
        }
        if self.branches != 0 {
            len += 1;
        }
        if self.input.is_some() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("cueline.v1.Entry.ParallelStarted", len)?;
        if self.frame != 0 {
            struct_ser.serialize_field("frame", &self.frame)?;
        }
        if self.branches != 0 {
            struct_ser.serialize_field("branches", &self.branches)?;
        }
        if let Some(v) = self.input.as_ref() {
            struct_ser.serialize_field("input", v)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for entry::ParallelStarted {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "frame",
            "branches",
            "input",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Frame,
            Branches,
            Input,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "frame" => Ok(GeneratedField::Frame),
                            "branches" => Ok(GeneratedField::Branches),
                            "input" => Ok(GeneratedField::Input),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = entry::ParallelStarted;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct cueline.v1.Entry.ParallelStarted")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<entry::ParallelStarted, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut frame__ = None;
                let mut branches__ = None;
                let mut input__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Frame => {
                            if frame__.is_some() {
                                return Err(serde::de::Error::duplicate_field("frame"));
                            }
                            frame__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Branches => {
                            if branches__.is_some() {
                                return Err(serde::de::Error::duplicate_field("branches"));
                            }
                            branches__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Input => {
                            if input__.is_some() {
                                return Err(serde::de::Error::duplicate_field("input"));
                            }
                            input__ = map_.next_value()?;
                        }
                    }
                }
                Ok(entry::ParallelStarted {
                    frame: frame__.unwrap_or_default(),
                    branches: branches__.unwrap_or_default(),
                    input: input__,
                })
            }
        }
        deserializer.deserialize_struct("cueline.v1.Entry.ParallelStarted", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for entry::RetryScheduled {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.frame != 0 {
            len += 1;
        }
        if self.retrier != 0 {
            len += 1;
        }
        if self.due_ms != 0 {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("cueline.v1.Entry.RetryScheduled", len)?;
        if self.frame != 0 {
            struct_ser.serialize_field("frame", &self.frame)?;
        }
        if self.retrier != 0 {
            struct_ser.serialize_field("retrier", &self.retrier)?;
        }
        if self.due_ms != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("dueMs", ToString::to_string(&self.due_ms).as_str())?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for entry::RetryScheduled {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "frame",
            "retrier",
            "due_ms",
            "dueMs",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Frame,
            Retrier,
            DueMs,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "frame" => Ok(GeneratedField::Frame),
                            "retrier" => Ok(GeneratedField::Retrier),
                            "dueMs" | "due_ms" => Ok(GeneratedField::DueMs),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = entry::RetryScheduled;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct cueline.v1.Entry.RetryScheduled")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<entry::RetryScheduled, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut frame__ = None;
                let mut retrier__ = None;
                let mut due_ms__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Frame => {
                            if frame__.is_some() {
                                return Err(serde::de::Error::duplicate_field("frame"));
                            }
                            frame__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Retrier => {
                            if retrier__.is_some() {
                                return Err(serde::de::Error::duplicate_field("retrier"));
                            }
                            retrier__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::DueMs => {
                            if due_ms__.is_some() {
                                return Err(serde::de::Error::duplicate_field("dueMs"));
                            }
                            due_ms__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                    }
                }
                Ok(entry::RetryScheduled {
                    frame: frame__.unwrap_or_default(),
                    retrier: retrier__.unwrap_or_default(),
                    due_ms: due_ms__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("cueline.v1.Entry.RetryScheduled", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for entry::StateEntered {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.frame != 0 {
            len += 1;
        }
        if !self.state.is_empty() {
            len += 1;
        }
        if self.at_ms != 0 {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("cueline.v1.Entry.StateEntered", len)?;
        if self.frame != 0 {
            struct_ser.serialize_field("frame", &self.frame)?;
        }
        if !self.state.is_empty() {
            struct_ser.serialize_field("state", &self.state)?;
        }
        if self.at_ms != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("atMs", ToString::to_string(&self.at_ms).as_str())?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for entry::StateEntered {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "frame",
            "state",
            "at_ms",
            "atMs",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Frame,
            State,
            AtMs,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "frame" => Ok(GeneratedField::Frame),
                            "state" => Ok(GeneratedField::State),
                            "atMs" | "at_ms" => Ok(GeneratedField::AtMs),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = entry::StateEntered;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct cueline.v1.Entry.StateEntered")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<entry::StateEntered, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut frame__ = None;
                let mut state__ = None;
                let mut at_ms__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Frame => {
                            if frame__.is_some() {
                                return Err(serde::de::Error::duplicate_field("frame"));
                            }
                            frame__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::State => {
                            if state__.is_some() {
                                return Err(serde::de::Error::duplicate_field("state"));
                            }
                            state__ = Some(map_.next_value()?);
                        }
                        GeneratedField::AtMs => {
                            if at_ms__.is_some() {
                                return Err(serde::de::Error::duplicate_field("atMs"));
                            }
                            at_ms__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                    }
                }
                Ok(entry::StateEntered {
                    frame: frame__.unwrap_or_default(),
                    state: state__.unwrap_or_default(),
                    at_ms: at_ms__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("cueline.v1.Entry.StateEntered", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for entry::StateExited {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.frame != 0 {
            len += 1;
        }
        if self.output.is_some() {
            len += 1;
        }
        if self.assigned.is_some() {
            len += 1;
        }
        if self.next.is_some() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("cueline.v1.Entry.StateExited", len)?;
        if self.frame != 0 {
            struct_ser.serialize_field("frame", &self.frame)?;
        }
        if let Some(v) = self.output.as_ref() {
            struct_ser.serialize_field("output", v)?;
        }
        if let Some(v) = self.assigned.as_ref() {
            struct_ser.serialize_field("assigned", v)?;
        }
        if let Some(v) = self.next.as_ref() {
            struct_ser.serialize_field("next", v)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for entry::StateExited {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "frame",
            "output",
            "assigned",
            "next",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Frame,
            Output,
            Assigned,
            Next,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "frame" => Ok(GeneratedField::Frame),
                            "output" => Ok(GeneratedField::Output),
                            "assigned" => Ok(GeneratedField::Assigned),
                            "next" => Ok(GeneratedField::Next),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = entry::StateExited;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct cueline.v1.Entry.StateExited")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<entry::StateExited, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut frame__ = None;
                let mut output__ = None;
                let mut assigned__ = None;
                let mut next__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Frame => {
                            if frame__.is_some() {
                                return Err(serde::de::Error::duplicate_field("frame"));
                            }
                            frame__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Output => {
                            if output__.is_some() {
                                return Err(serde::de::Error::duplicate_field("output"));
                            }
                            output__ = map_.next_value()?;
                        }
                        GeneratedField::Assigned => {
                            if assigned__.is_some() {
                                return Err(serde::de::Error::duplicate_field("assigned"));
                            }
                            assigned__ = map_.next_value()?;
                        }
                        GeneratedField::Next => {
                            if next__.is_some() {
                                return Err(serde::de::Error::duplicate_field("next"));
                            }
                            next__ = map_.next_value()?;
                        }
                    }
                }
                Ok(entry::StateExited {
                    frame: frame__.unwrap_or_default(),
                    output: output__,
                    assigned: assigned__,
                    next: next__,
                })
            }
        }
        deserializer.deserialize_struct("cueline.v1.Entry.StateExited", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for entry::StateFailed {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.frame != 0 {
            len += 1;
        }
        if !self.error.is_empty() {
            len += 1;
        }
        if !self.cause.is_empty() {
            len += 1;
        }
        if self.field.is_some() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("cueline.v1.Entry.StateFailed", len)?;
        if self.frame != 0 {
            struct_ser.serialize_field("frame", &self.frame)?;
        }
        if !self.error.is_empty() {
            struct_ser.serialize_field("error", &self.error)?;
        }
        if !self.cause.is_empty() {
            struct_ser.serialize_field("cause", &self.cause)?;
        }
        if let Some(v) = self.field.as_ref() {
            struct_ser.serialize_field("field", v)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for entry::StateFailed {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "frame",
            "error",
            "cause",
            "field",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Frame,
            Error,
            Cause,
            Field,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "frame" => Ok(GeneratedField::Frame),
                            "error" => Ok(GeneratedField::Error),
                            "cause" => Ok(GeneratedField::Cause),
                            "field" => Ok(GeneratedField::Field),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = entry::StateFailed;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct cueline.v1.Entry.StateFailed")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<entry::StateFailed, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut frame__ = None;
                let mut error__ = None;
                let mut cause__ = None;
                let mut field__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Frame => {
                            if frame__.is_some() {
                                return Err(serde::de::Error::duplicate_field("frame"));
                            }
                            frame__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Error => {
                            if error__.is_some() {
                                return Err(serde::de::Error::duplicate_field("error"));
                            }
                            error__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Cause => {
                            if cause__.is_some() {
                                return Err(serde::de::Error::duplicate_field("cause"));
                            }
                            cause__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Field => {
                            if field__.is_some() {
                                return Err(serde::de::Error::duplicate_field("field"));
                            }
                            field__ = map_.next_value()?;
                        }
                    }
                }
                Ok(entry::StateFailed {
                    frame: frame__.unwrap_or_default(),
                    error: error__.unwrap_or_default(),
                    cause: cause__.unwrap_or_default(),
                    field: field__,
                })
            }
        }
        deserializer.deserialize_struct("cueline.v1.Entry.StateFailed", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for entry::TaskFailed {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.task != 0 {
            len += 1;
        }
        if !self.error.is_empty() {
            len += 1;
        }
        if !self.cause.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("cueline.v1.Entry.TaskFailed", len)?;
        if self.task != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("task", ToString::to_string(&self.task).as_str())?;
        }
        if !self.error.is_empty() {
            struct_ser.serialize_field("error", &self.error)?;
        }
        if !self.cause.is_empty() {
            struct_ser.serialize_field("cause", &self.cause)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for entry::TaskFailed {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "task",
            "error",
            "cause",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Task,
            Error,
            Cause,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "task" => Ok(GeneratedField::Task),
                            "error" => Ok(GeneratedField::Error),
                            "cause" => Ok(GeneratedField::Cause),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = entry::TaskFailed;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct cueline.v1.Entry.TaskFailed")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<entry::TaskFailed, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut task__ = None;
                let mut error__ = None;
                let mut cause__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Task => {
                            if task__.is_some() {
                                return Err(serde::de::Error::duplicate_field("task"));
                            }
                            task__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Error => {
                            if error__.is_some() {
                                return Err(serde::de::Error::duplicate_field("error"));
                            }
                            error__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Cause => {
                            if cause__.is_some() {
                                return Err(serde::de::Error::duplicate_field("cause"));
                            }
                            cause__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(entry::TaskFailed {
                    task: task__.unwrap_or_default(),
                    error: error__.unwrap_or_default(),
                    cause: cause__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("cueline.v1.Entry.TaskFailed", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for entry::TaskScheduled {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.frame != 0 {
            len += 1;
        }
        if self.task != 0 {
            len += 1;
        }
        if self.effect != 0 {
            len += 1;
        }
        if self.attempt != 0 {
            len += 1;
        }
        if self.purpose != 0 {
            len += 1;
        }
        if !self.resource.is_empty() {
            len += 1;
        }
        if self.arguments.is_some() {
            len += 1;
        }
        if self.credentials.is_some() {
            len += 1;
        }
        if self.deadline_ms.is_some() {
            len += 1;
        }
        if self.heartbeat_ms.is_some() {
            len += 1;
        }
        if self.heartbeat_due_ms.is_some() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("cueline.v1.Entry.TaskScheduled", len)?;
        if self.frame != 0 {
            struct_ser.serialize_field("frame", &self.frame)?;
        }
        if self.task != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("task", ToString::to_string(&self.task).as_str())?;
        }
        if self.effect != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("effect", ToString::to_string(&self.effect).as_str())?;
        }
        if self.attempt != 0 {
            struct_ser.serialize_field("attempt", &self.attempt)?;
        }
        if self.purpose != 0 {
            let v = Purpose::try_from(self.purpose)
                .map_err(|_| serde::ser::Error::custom(format!("Invalid variant {}", self.purpose)))?;
            struct_ser.serialize_field("purpose", &v)?;
        }
        if !self.resource.is_empty() {
            struct_ser.serialize_field("resource", &self.resource)?;
        }
        if let Some(v) = self.arguments.as_ref() {
            struct_ser.serialize_field("arguments", v)?;
        }
        if let Some(v) = self.credentials.as_ref() {
            struct_ser.serialize_field("credentials", v)?;
        }
        if let Some(v) = self.deadline_ms.as_ref() {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("deadlineMs", ToString::to_string(&v).as_str())?;
        }
        if let Some(v) = self.heartbeat_ms.as_ref() {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("heartbeatMs", ToString::to_string(&v).as_str())?;
        }
        if let Some(v) = self.heartbeat_due_ms.as_ref() {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("heartbeatDueMs", ToString::to_string(&v).as_str())?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for entry::TaskScheduled {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "frame",
            "task",
            "effect",
            "attempt",
            "purpose",
            "resource",
            "arguments",
            "credentials",
            "deadline_ms",
            "deadlineMs",
            "heartbeat_ms",
            "heartbeatMs",
            "heartbeat_due_ms",
            "heartbeatDueMs",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Frame,
            Task,
            Effect,
            Attempt,
            Purpose,
            Resource,
            Arguments,
            Credentials,
            DeadlineMs,
            HeartbeatMs,
            HeartbeatDueMs,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "frame" => Ok(GeneratedField::Frame),
                            "task" => Ok(GeneratedField::Task),
                            "effect" => Ok(GeneratedField::Effect),
                            "attempt" => Ok(GeneratedField::Attempt),
                            "purpose" => Ok(GeneratedField::Purpose),
                            "resource" => Ok(GeneratedField::Resource),
                            "arguments" => Ok(GeneratedField::Arguments),
                            "credentials" => Ok(GeneratedField::Credentials),
                            "deadlineMs" | "deadline_ms" => Ok(GeneratedField::DeadlineMs),
                            "heartbeatMs" | "heartbeat_ms" => Ok(GeneratedField::HeartbeatMs),
                            "heartbeatDueMs" | "heartbeat_due_ms" => Ok(GeneratedField::HeartbeatDueMs),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = entry::TaskScheduled;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct cueline.v1.Entry.TaskScheduled")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<entry::TaskScheduled, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut frame__ = None;
                let mut task__ = None;
                let mut effect__ = None;
                let mut attempt__ = None;
                let mut purpose__ = None;
                let mut resource__ = None;
                let mut arguments__ = None;
                let mut credentials__ = None;
                let mut deadline_ms__ = None;
                let mut heartbeat_ms__ = None;
                let mut heartbeat_due_ms__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Frame => {
                            if frame__.is_some() {
                                return Err(serde::de::Error::duplicate_field("frame"));
                            }
                            frame__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Task => {
                            if task__.is_some() {
                                return Err(serde::de::Error::duplicate_field("task"));
                            }
                            task__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Effect => {
                            if effect__.is_some() {
                                return Err(serde::de::Error::duplicate_field("effect"));
                            }
                            effect__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Attempt => {
                            if attempt__.is_some() {
                                return Err(serde::de::Error::duplicate_field("attempt"));
                            }
                            attempt__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Purpose => {
                            if purpose__.is_some() {
                                return Err(serde::de::Error::duplicate_field("purpose"));
                            }
                            purpose__ = Some(map_.next_value::<Purpose>()? as i32);
                        }
                        GeneratedField::Resource => {
                            if resource__.is_some() {
                                return Err(serde::de::Error::duplicate_field("resource"));
                            }
                            resource__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Arguments => {
                            if arguments__.is_some() {
                                return Err(serde::de::Error::duplicate_field("arguments"));
                            }
                            arguments__ = map_.next_value()?;
                        }
                        GeneratedField::Credentials => {
                            if credentials__.is_some() {
                                return Err(serde::de::Error::duplicate_field("credentials"));
                            }
                            credentials__ = map_.next_value()?;
                        }
                        GeneratedField::DeadlineMs => {
                            if deadline_ms__.is_some() {
                                return Err(serde::de::Error::duplicate_field("deadlineMs"));
                            }
                            deadline_ms__ = 
                                map_.next_value::<::std::option::Option<::pbjson::private::NumberDeserialize<_>>>()?.map(|x| x.0)
                            ;
                        }
                        GeneratedField::HeartbeatMs => {
                            if heartbeat_ms__.is_some() {
                                return Err(serde::de::Error::duplicate_field("heartbeatMs"));
                            }
                            heartbeat_ms__ = 
                                map_.next_value::<::std::option::Option<::pbjson::private::NumberDeserialize<_>>>()?.map(|x| x.0)
                            ;
                        }
                        GeneratedField::HeartbeatDueMs => {
                            if heartbeat_due_ms__.is_some() {
                                return Err(serde::de::Error::duplicate_field("heartbeatDueMs"));
                            }
                            heartbeat_due_ms__ = 
                                map_.next_value::<::std::option::Option<::pbjson::private::NumberDeserialize<_>>>()?.map(|x| x.0)
                            ;
                        }
                    }
                }
                Ok(entry::TaskScheduled {
                    frame: frame__.unwrap_or_default(),
                    task: task__.unwrap_or_default(),
                    effect: effect__.unwrap_or_default(),
                    attempt: attempt__.unwrap_or_default(),
                    purpose: purpose__.unwrap_or_default(),
                    resource: resource__.unwrap_or_default(),
                    arguments: arguments__,
                    credentials: credentials__,
                    deadline_ms: deadline_ms__,
                    heartbeat_ms: heartbeat_ms__,
                    heartbeat_due_ms: heartbeat_due_ms__,
                })
            }
        }
        deserializer.deserialize_struct("cueline.v1.Entry.TaskScheduled", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for entry::TaskSucceeded {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.task != 0 {
            len += 1;
        }
        if self.output.is_some() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("cueline.v1.Entry.TaskSucceeded", len)?;
        if self.task != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("task", ToString::to_string(&self.task).as_str())?;
        }
        if let Some(v) = self.output.as_ref() {
            struct_ser.serialize_field("output", v)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for entry::TaskSucceeded {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "task",
            "output",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Task,
            Output,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "task" => Ok(GeneratedField::Task),
                            "output" => Ok(GeneratedField::Output),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = entry::TaskSucceeded;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct cueline.v1.Entry.TaskSucceeded")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<entry::TaskSucceeded, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut task__ = None;
                let mut output__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Task => {
                            if task__.is_some() {
                                return Err(serde::de::Error::duplicate_field("task"));
                            }
                            task__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Output => {
                            if output__.is_some() {
                                return Err(serde::de::Error::duplicate_field("output"));
                            }
                            output__ = map_.next_value()?;
                        }
                    }
                }
                Ok(entry::TaskSucceeded {
                    task: task__.unwrap_or_default(),
                    output: output__,
                })
            }
        }
        deserializer.deserialize_struct("cueline.v1.Entry.TaskSucceeded", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for entry::TaskTimedOut {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.task != 0 {
            len += 1;
        }
        if self.heartbeat {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("cueline.v1.Entry.TaskTimedOut", len)?;
        if self.task != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("task", ToString::to_string(&self.task).as_str())?;
        }
        if self.heartbeat {
            struct_ser.serialize_field("heartbeat", &self.heartbeat)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for entry::TaskTimedOut {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "task",
            "heartbeat",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Task,
            Heartbeat,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "task" => Ok(GeneratedField::Task),
                            "heartbeat" => Ok(GeneratedField::Heartbeat),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = entry::TaskTimedOut;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct cueline.v1.Entry.TaskTimedOut")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<entry::TaskTimedOut, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut task__ = None;
                let mut heartbeat__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Task => {
                            if task__.is_some() {
                                return Err(serde::de::Error::duplicate_field("task"));
                            }
                            task__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Heartbeat => {
                            if heartbeat__.is_some() {
                                return Err(serde::de::Error::duplicate_field("heartbeat"));
                            }
                            heartbeat__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(entry::TaskTimedOut {
                    task: task__.unwrap_or_default(),
                    heartbeat: heartbeat__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("cueline.v1.Entry.TaskTimedOut", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for entry::WaitStarted {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.frame != 0 {
            len += 1;
        }
        if self.due_ms != 0 {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("cueline.v1.Entry.WaitStarted", len)?;
        if self.frame != 0 {
            struct_ser.serialize_field("frame", &self.frame)?;
        }
        if self.due_ms != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("dueMs", ToString::to_string(&self.due_ms).as_str())?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for entry::WaitStarted {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "frame",
            "due_ms",
            "dueMs",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Frame,
            DueMs,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "frame" => Ok(GeneratedField::Frame),
                            "dueMs" | "due_ms" => Ok(GeneratedField::DueMs),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = entry::WaitStarted;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct cueline.v1.Entry.WaitStarted")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<entry::WaitStarted, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut frame__ = None;
                let mut due_ms__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Frame => {
                            if frame__.is_some() {
                                return Err(serde::de::Error::duplicate_field("frame"));
                            }
                            frame__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::DueMs => {
                            if due_ms__.is_some() {
                                return Err(serde::de::Error::duplicate_field("dueMs"));
                            }
                            due_ms__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                    }
                }
                Ok(entry::WaitStarted {
                    frame: frame__.unwrap_or_default(),
                    due_ms: due_ms__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("cueline.v1.Entry.WaitStarted", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for entry::Yielded {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.due_ms != 0 {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("cueline.v1.Entry.Yielded", len)?;
        if self.due_ms != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("dueMs", ToString::to_string(&self.due_ms).as_str())?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for entry::Yielded {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "due_ms",
            "dueMs",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            DueMs,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "dueMs" | "due_ms" => Ok(GeneratedField::DueMs),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = entry::Yielded;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct cueline.v1.Entry.Yielded")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<entry::Yielded, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut due_ms__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::DueMs => {
                            if due_ms__.is_some() {
                                return Err(serde::de::Error::duplicate_field("dueMs"));
                            }
                            due_ms__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                    }
                }
                Ok(entry::Yielded {
                    due_ms: due_ms__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("cueline.v1.Entry.Yielded", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for Envelope {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.id.is_empty() {
            len += 1;
        }
        if !self.execution.is_empty() {
            len += 1;
        }
        if self.task != 0 {
            len += 1;
        }
        if !self.resource.is_empty() {
            len += 1;
        }
        if self.attempt != 0 {
            len += 1;
        }
        if self.resent != 0 {
            len += 1;
        }
        if self.deadline_ms != 0 {
            len += 1;
        }
        if !self.idempotency_key.is_empty() {
            len += 1;
        }
        if !self.tenant.is_empty() {
            len += 1;
        }
        if self.trace.is_some() {
            len += 1;
        }
        if self.reply_to.is_some() {
            len += 1;
        }
        if !self.request.is_empty() {
            len += 1;
        }
        if self.request_ref.is_some() {
            len += 1;
        }
        if self.sent_ms != 0 {
            len += 1;
        }
        if self.heartbeat_ms != 0 {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("cueline.v1.Envelope", len)?;
        if !self.id.is_empty() {
            struct_ser.serialize_field("id", &self.id)?;
        }
        if !self.execution.is_empty() {
            struct_ser.serialize_field("execution", &self.execution)?;
        }
        if self.task != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("task", ToString::to_string(&self.task).as_str())?;
        }
        if !self.resource.is_empty() {
            struct_ser.serialize_field("resource", &self.resource)?;
        }
        if self.attempt != 0 {
            struct_ser.serialize_field("attempt", &self.attempt)?;
        }
        if self.resent != 0 {
            struct_ser.serialize_field("resent", &self.resent)?;
        }
        if self.deadline_ms != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("deadlineMs", ToString::to_string(&self.deadline_ms).as_str())?;
        }
        if !self.idempotency_key.is_empty() {
            struct_ser.serialize_field("idempotencyKey", &self.idempotency_key)?;
        }
        if !self.tenant.is_empty() {
            struct_ser.serialize_field("tenant", &self.tenant)?;
        }
        if let Some(v) = self.trace.as_ref() {
            struct_ser.serialize_field("trace", v)?;
        }
        if let Some(v) = self.reply_to.as_ref() {
            struct_ser.serialize_field("replyTo", v)?;
        }
        if !self.request.is_empty() {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("request", pbjson::private::base64::encode(&self.request).as_str())?;
        }
        if let Some(v) = self.request_ref.as_ref() {
            struct_ser.serialize_field("requestRef", v)?;
        }
        if self.sent_ms != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("sentMs", ToString::to_string(&self.sent_ms).as_str())?;
        }
        if self.heartbeat_ms != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("heartbeatMs", ToString::to_string(&self.heartbeat_ms).as_str())?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for Envelope {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "id",
            "execution",
            "task",
            "resource",
            "attempt",
            "resent",
            "deadline_ms",
            "deadlineMs",
            "idempotency_key",
            "idempotencyKey",
            "tenant",
            "trace",
            "reply_to",
            "replyTo",
            "request",
            "request_ref",
            "requestRef",
            "sent_ms",
            "sentMs",
            "heartbeat_ms",
            "heartbeatMs",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Id,
            Execution,
            Task,
            Resource,
            Attempt,
            Resent,
            DeadlineMs,
            IdempotencyKey,
            Tenant,
            Trace,
            ReplyTo,
            Request,
            RequestRef,
            SentMs,
            HeartbeatMs,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "id" => Ok(GeneratedField::Id),
                            "execution" => Ok(GeneratedField::Execution),
                            "task" => Ok(GeneratedField::Task),
                            "resource" => Ok(GeneratedField::Resource),
                            "attempt" => Ok(GeneratedField::Attempt),
                            "resent" => Ok(GeneratedField::Resent),
                            "deadlineMs" | "deadline_ms" => Ok(GeneratedField::DeadlineMs),
                            "idempotencyKey" | "idempotency_key" => Ok(GeneratedField::IdempotencyKey),
                            "tenant" => Ok(GeneratedField::Tenant),
                            "trace" => Ok(GeneratedField::Trace),
                            "replyTo" | "reply_to" => Ok(GeneratedField::ReplyTo),
                            "request" => Ok(GeneratedField::Request),
                            "requestRef" | "request_ref" => Ok(GeneratedField::RequestRef),
                            "sentMs" | "sent_ms" => Ok(GeneratedField::SentMs),
                            "heartbeatMs" | "heartbeat_ms" => Ok(GeneratedField::HeartbeatMs),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = Envelope;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct cueline.v1.Envelope")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<Envelope, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut id__ = None;
                let mut execution__ = None;
                let mut task__ = None;
                let mut resource__ = None;
                let mut attempt__ = None;
                let mut resent__ = None;
                let mut deadline_ms__ = None;
                let mut idempotency_key__ = None;
                let mut tenant__ = None;
                let mut trace__ = None;
                let mut reply_to__ = None;
                let mut request__ = None;
                let mut request_ref__ = None;
                let mut sent_ms__ = None;
                let mut heartbeat_ms__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Id => {
                            if id__.is_some() {
                                return Err(serde::de::Error::duplicate_field("id"));
                            }
                            id__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Execution => {
                            if execution__.is_some() {
                                return Err(serde::de::Error::duplicate_field("execution"));
                            }
                            execution__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Task => {
                            if task__.is_some() {
                                return Err(serde::de::Error::duplicate_field("task"));
                            }
                            task__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Resource => {
                            if resource__.is_some() {
                                return Err(serde::de::Error::duplicate_field("resource"));
                            }
                            resource__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Attempt => {
                            if attempt__.is_some() {
                                return Err(serde::de::Error::duplicate_field("attempt"));
                            }
                            attempt__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Resent => {
                            if resent__.is_some() {
                                return Err(serde::de::Error::duplicate_field("resent"));
                            }
                            resent__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::DeadlineMs => {
                            if deadline_ms__.is_some() {
                                return Err(serde::de::Error::duplicate_field("deadlineMs"));
                            }
                            deadline_ms__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::IdempotencyKey => {
                            if idempotency_key__.is_some() {
                                return Err(serde::de::Error::duplicate_field("idempotencyKey"));
                            }
                            idempotency_key__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Tenant => {
                            if tenant__.is_some() {
                                return Err(serde::de::Error::duplicate_field("tenant"));
                            }
                            tenant__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Trace => {
                            if trace__.is_some() {
                                return Err(serde::de::Error::duplicate_field("trace"));
                            }
                            trace__ = map_.next_value()?;
                        }
                        GeneratedField::ReplyTo => {
                            if reply_to__.is_some() {
                                return Err(serde::de::Error::duplicate_field("replyTo"));
                            }
                            reply_to__ = map_.next_value()?;
                        }
                        GeneratedField::Request => {
                            if request__.is_some() {
                                return Err(serde::de::Error::duplicate_field("request"));
                            }
                            request__ = 
                                Some(map_.next_value::<::pbjson::private::BytesDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::RequestRef => {
                            if request_ref__.is_some() {
                                return Err(serde::de::Error::duplicate_field("requestRef"));
                            }
                            request_ref__ = map_.next_value()?;
                        }
                        GeneratedField::SentMs => {
                            if sent_ms__.is_some() {
                                return Err(serde::de::Error::duplicate_field("sentMs"));
                            }
                            sent_ms__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::HeartbeatMs => {
                            if heartbeat_ms__.is_some() {
                                return Err(serde::de::Error::duplicate_field("heartbeatMs"));
                            }
                            heartbeat_ms__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                    }
                }
                Ok(Envelope {
                    id: id__.unwrap_or_default(),
                    execution: execution__.unwrap_or_default(),
                    task: task__.unwrap_or_default(),
                    resource: resource__.unwrap_or_default(),
                    attempt: attempt__.unwrap_or_default(),
                    resent: resent__.unwrap_or_default(),
                    deadline_ms: deadline_ms__.unwrap_or_default(),
                    idempotency_key: idempotency_key__.unwrap_or_default(),
                    tenant: tenant__.unwrap_or_default(),
                    trace: trace__,
                    reply_to: reply_to__,
                    request: request__.unwrap_or_default(),
                    request_ref: request_ref__,
                    sent_ms: sent_ms__.unwrap_or_default(),
                    heartbeat_ms: heartbeat_ms__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("cueline.v1.Envelope", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for EventMetadata {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.traceparent.is_empty() {
            len += 1;
        }
        if !self.tracestate.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("cueline.v1.EventMetadata", len)?;
        if !self.traceparent.is_empty() {
            struct_ser.serialize_field("traceparent", &self.traceparent)?;
        }
        if !self.tracestate.is_empty() {
            struct_ser.serialize_field("tracestate", &self.tracestate)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for EventMetadata {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "traceparent",
            "tracestate",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Traceparent,
            Tracestate,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "traceparent" => Ok(GeneratedField::Traceparent),
                            "tracestate" => Ok(GeneratedField::Tracestate),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = EventMetadata;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct cueline.v1.EventMetadata")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<EventMetadata, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut traceparent__ = None;
                let mut tracestate__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Traceparent => {
                            if traceparent__.is_some() {
                                return Err(serde::de::Error::duplicate_field("traceparent"));
                            }
                            traceparent__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Tracestate => {
                            if tracestate__.is_some() {
                                return Err(serde::de::Error::duplicate_field("tracestate"));
                            }
                            tracestate__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(EventMetadata {
                    traceparent: traceparent__.unwrap_or_default(),
                    tracestate: tracestate__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("cueline.v1.EventMetadata", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for ExecutionStart {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.execution.is_empty() {
            len += 1;
        }
        if !self.name.is_empty() {
            len += 1;
        }
        if !self.workflow.is_empty() {
            len += 1;
        }
        if !self.definition_hash.is_empty() {
            len += 1;
        }
        if !self.tenant.is_empty() {
            len += 1;
        }
        if self.input.is_some() {
            len += 1;
        }
        if self.start_ms != 0 {
            len += 1;
        }
        if self.parent.is_some() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("cueline.v1.ExecutionStart", len)?;
        if !self.execution.is_empty() {
            struct_ser.serialize_field("execution", &self.execution)?;
        }
        if !self.name.is_empty() {
            struct_ser.serialize_field("name", &self.name)?;
        }
        if !self.workflow.is_empty() {
            struct_ser.serialize_field("workflow", &self.workflow)?;
        }
        if !self.definition_hash.is_empty() {
            struct_ser.serialize_field("definitionHash", &self.definition_hash)?;
        }
        if !self.tenant.is_empty() {
            struct_ser.serialize_field("tenant", &self.tenant)?;
        }
        if let Some(v) = self.input.as_ref() {
            struct_ser.serialize_field("input", v)?;
        }
        if self.start_ms != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("startMs", ToString::to_string(&self.start_ms).as_str())?;
        }
        if let Some(v) = self.parent.as_ref() {
            struct_ser.serialize_field("parent", v)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for ExecutionStart {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "execution",
            "name",
            "workflow",
            "definition_hash",
            "definitionHash",
            "tenant",
            "input",
            "start_ms",
            "startMs",
            "parent",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Execution,
            Name,
            Workflow,
            DefinitionHash,
            Tenant,
            Input,
            StartMs,
            Parent,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "execution" => Ok(GeneratedField::Execution),
                            "name" => Ok(GeneratedField::Name),
                            "workflow" => Ok(GeneratedField::Workflow),
                            "definitionHash" | "definition_hash" => Ok(GeneratedField::DefinitionHash),
                            "tenant" => Ok(GeneratedField::Tenant),
                            "input" => Ok(GeneratedField::Input),
                            "startMs" | "start_ms" => Ok(GeneratedField::StartMs),
                            "parent" => Ok(GeneratedField::Parent),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = ExecutionStart;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct cueline.v1.ExecutionStart")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<ExecutionStart, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut execution__ = None;
                let mut name__ = None;
                let mut workflow__ = None;
                let mut definition_hash__ = None;
                let mut tenant__ = None;
                let mut input__ = None;
                let mut start_ms__ = None;
                let mut parent__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Execution => {
                            if execution__.is_some() {
                                return Err(serde::de::Error::duplicate_field("execution"));
                            }
                            execution__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Name => {
                            if name__.is_some() {
                                return Err(serde::de::Error::duplicate_field("name"));
                            }
                            name__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Workflow => {
                            if workflow__.is_some() {
                                return Err(serde::de::Error::duplicate_field("workflow"));
                            }
                            workflow__ = Some(map_.next_value()?);
                        }
                        GeneratedField::DefinitionHash => {
                            if definition_hash__.is_some() {
                                return Err(serde::de::Error::duplicate_field("definitionHash"));
                            }
                            definition_hash__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Tenant => {
                            if tenant__.is_some() {
                                return Err(serde::de::Error::duplicate_field("tenant"));
                            }
                            tenant__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Input => {
                            if input__.is_some() {
                                return Err(serde::de::Error::duplicate_field("input"));
                            }
                            input__ = map_.next_value()?;
                        }
                        GeneratedField::StartMs => {
                            if start_ms__.is_some() {
                                return Err(serde::de::Error::duplicate_field("startMs"));
                            }
                            start_ms__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Parent => {
                            if parent__.is_some() {
                                return Err(serde::de::Error::duplicate_field("parent"));
                            }
                            parent__ = map_.next_value()?;
                        }
                    }
                }
                Ok(ExecutionStart {
                    execution: execution__.unwrap_or_default(),
                    name: name__.unwrap_or_default(),
                    workflow: workflow__.unwrap_or_default(),
                    definition_hash: definition_hash__.unwrap_or_default(),
                    tenant: tenant__.unwrap_or_default(),
                    input: input__,
                    start_ms: start_ms__.unwrap_or_default(),
                    parent: parent__,
                })
            }
        }
        deserializer.deserialize_struct("cueline.v1.ExecutionStart", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for execution_start::Parent {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.execution.is_empty() {
            len += 1;
        }
        if self.link.is_some() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("cueline.v1.ExecutionStart.Parent", len)?;
        if !self.execution.is_empty() {
            struct_ser.serialize_field("execution", &self.execution)?;
        }
        if let Some(v) = self.link.as_ref() {
            match v {
                execution_start::parent::Link::Child(v) => {
                    #[allow(clippy::needless_borrow)]
                    #[allow(clippy::needless_borrows_for_generic_args)]
                    struct_ser.serialize_field("child", ToString::to_string(&v).as_str())?;
                }
                execution_start::parent::Link::Task(v) => {
                    #[allow(clippy::needless_borrow)]
                    #[allow(clippy::needless_borrows_for_generic_args)]
                    struct_ser.serialize_field("task", ToString::to_string(&v).as_str())?;
                }
            }
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for execution_start::Parent {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "execution",
            "child",
            "task",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Execution,
            Child,
            Task,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "execution" => Ok(GeneratedField::Execution),
                            "child" => Ok(GeneratedField::Child),
                            "task" => Ok(GeneratedField::Task),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = execution_start::Parent;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct cueline.v1.ExecutionStart.Parent")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<execution_start::Parent, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut execution__ = None;
                let mut link__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Execution => {
                            if execution__.is_some() {
                                return Err(serde::de::Error::duplicate_field("execution"));
                            }
                            execution__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Child => {
                            if link__.is_some() {
                                return Err(serde::de::Error::duplicate_field("child"));
                            }
                            link__ = map_.next_value::<::std::option::Option<::pbjson::private::NumberDeserialize<_>>>()?.map(|x| execution_start::parent::Link::Child(x.0));
                        }
                        GeneratedField::Task => {
                            if link__.is_some() {
                                return Err(serde::de::Error::duplicate_field("task"));
                            }
                            link__ = map_.next_value::<::std::option::Option<::pbjson::private::NumberDeserialize<_>>>()?.map(|x| execution_start::parent::Link::Task(x.0));
                        }
                    }
                }
                Ok(execution_start::Parent {
                    execution: execution__.unwrap_or_default(),
                    link: link__,
                })
            }
        }
        deserializer.deserialize_struct("cueline.v1.ExecutionStart.Parent", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for ExecutionState {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.payloads.is_empty() {
            len += 1;
        }
        if self.status != 0 {
            len += 1;
        }
        if self.start.is_some() {
            len += 1;
        }
        if self.input != 0 {
            len += 1;
        }
        if self.deadline_ms.is_some() {
            len += 1;
        }
        if self.seed != 0 {
            len += 1;
        }
        if !self.origin.is_empty() {
            len += 1;
        }
        if self.origin_step != 0 {
            len += 1;
        }
        if self.steps != 0 {
            len += 1;
        }
        if self.events != 0 {
            len += 1;
        }
        if self.next_frame != 0 {
            len += 1;
        }
        if self.next_task != 0 {
            len += 1;
        }
        if self.next_child != 0 {
            len += 1;
        }
        if !self.frames.is_empty() {
            len += 1;
        }
        if !self.tasks.is_empty() {
            len += 1;
        }
        if !self.children.is_empty() {
            len += 1;
        }
        if self.failure.is_some() {
            len += 1;
        }
        if self.output != 0 {
            len += 1;
        }
        if self.yielded_ms.is_some() {
            len += 1;
        }
        if !self.visits.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("cueline.v1.ExecutionState", len)?;
        if !self.payloads.is_empty() {
            struct_ser.serialize_field("payloads", &self.payloads)?;
        }
        if self.status != 0 {
            let v = execution_state::Status::try_from(self.status)
                .map_err(|_| serde::ser::Error::custom(format!("Invalid variant {}", self.status)))?;
            struct_ser.serialize_field("status", &v)?;
        }
        if let Some(v) = self.start.as_ref() {
            struct_ser.serialize_field("start", v)?;
        }
        if self.input != 0 {
            struct_ser.serialize_field("input", &self.input)?;
        }
        if let Some(v) = self.deadline_ms.as_ref() {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("deadlineMs", ToString::to_string(&v).as_str())?;
        }
        if self.seed != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("seed", ToString::to_string(&self.seed).as_str())?;
        }
        if !self.origin.is_empty() {
            struct_ser.serialize_field("origin", &self.origin)?;
        }
        if self.origin_step != 0 {
            struct_ser.serialize_field("originStep", &self.origin_step)?;
        }
        if self.steps != 0 {
            struct_ser.serialize_field("steps", &self.steps)?;
        }
        if self.events != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("events", ToString::to_string(&self.events).as_str())?;
        }
        if self.next_frame != 0 {
            struct_ser.serialize_field("nextFrame", &self.next_frame)?;
        }
        if self.next_task != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("nextTask", ToString::to_string(&self.next_task).as_str())?;
        }
        if self.next_child != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("nextChild", ToString::to_string(&self.next_child).as_str())?;
        }
        if !self.frames.is_empty() {
            struct_ser.serialize_field("frames", &self.frames)?;
        }
        if !self.tasks.is_empty() {
            struct_ser.serialize_field("tasks", &self.tasks)?;
        }
        if !self.children.is_empty() {
            struct_ser.serialize_field("children", &self.children)?;
        }
        if let Some(v) = self.failure.as_ref() {
            struct_ser.serialize_field("failure", v)?;
        }
        if self.output != 0 {
            struct_ser.serialize_field("output", &self.output)?;
        }
        if let Some(v) = self.yielded_ms.as_ref() {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("yieldedMs", ToString::to_string(&v).as_str())?;
        }
        if !self.visits.is_empty() {
            struct_ser.serialize_field("visits", &self.visits)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for ExecutionState {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "payloads",
            "status",
            "start",
            "input",
            "deadline_ms",
            "deadlineMs",
            "seed",
            "origin",
            "origin_step",
            "originStep",
            "steps",
            "events",
            "next_frame",
            "nextFrame",
            "next_task",
            "nextTask",
            "next_child",
            "nextChild",
            "frames",
            "tasks",
            "children",
            "failure",
            "output",
            "yielded_ms",
            "yieldedMs",
            "visits",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Payloads,
            Status,
            Start,
            Input,
            DeadlineMs,
            Seed,
            Origin,
            OriginStep,
            Steps,
            Events,
            NextFrame,
            NextTask,
            NextChild,
            Frames,
            Tasks,
            Children,
            Failure,
            Output,
            YieldedMs,
            Visits,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "payloads" => Ok(GeneratedField::Payloads),
                            "status" => Ok(GeneratedField::Status),
                            "start" => Ok(GeneratedField::Start),
                            "input" => Ok(GeneratedField::Input),
                            "deadlineMs" | "deadline_ms" => Ok(GeneratedField::DeadlineMs),
                            "seed" => Ok(GeneratedField::Seed),
                            "origin" => Ok(GeneratedField::Origin),
                            "originStep" | "origin_step" => Ok(GeneratedField::OriginStep),
                            "steps" => Ok(GeneratedField::Steps),
                            "events" => Ok(GeneratedField::Events),
                            "nextFrame" | "next_frame" => Ok(GeneratedField::NextFrame),
                            "nextTask" | "next_task" => Ok(GeneratedField::NextTask),
                            "nextChild" | "next_child" => Ok(GeneratedField::NextChild),
                            "frames" => Ok(GeneratedField::Frames),
                            "tasks" => Ok(GeneratedField::Tasks),
                            "children" => Ok(GeneratedField::Children),
                            "failure" => Ok(GeneratedField::Failure),
                            "output" => Ok(GeneratedField::Output),
                            "yieldedMs" | "yielded_ms" => Ok(GeneratedField::YieldedMs),
                            "visits" => Ok(GeneratedField::Visits),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = ExecutionState;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct cueline.v1.ExecutionState")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<ExecutionState, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut payloads__ = None;
                let mut status__ = None;
                let mut start__ = None;
                let mut input__ = None;
                let mut deadline_ms__ = None;
                let mut seed__ = None;
                let mut origin__ = None;
                let mut origin_step__ = None;
                let mut steps__ = None;
                let mut events__ = None;
                let mut next_frame__ = None;
                let mut next_task__ = None;
                let mut next_child__ = None;
                let mut frames__ = None;
                let mut tasks__ = None;
                let mut children__ = None;
                let mut failure__ = None;
                let mut output__ = None;
                let mut yielded_ms__ = None;
                let mut visits__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Payloads => {
                            if payloads__.is_some() {
                                return Err(serde::de::Error::duplicate_field("payloads"));
                            }
                            payloads__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Status => {
                            if status__.is_some() {
                                return Err(serde::de::Error::duplicate_field("status"));
                            }
                            status__ = Some(map_.next_value::<execution_state::Status>()? as i32);
                        }
                        GeneratedField::Start => {
                            if start__.is_some() {
                                return Err(serde::de::Error::duplicate_field("start"));
                            }
                            start__ = map_.next_value()?;
                        }
                        GeneratedField::Input => {
                            if input__.is_some() {
                                return Err(serde::de::Error::duplicate_field("input"));
                            }
                            input__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::DeadlineMs => {
                            if deadline_ms__.is_some() {
                                return Err(serde::de::Error::duplicate_field("deadlineMs"));
                            }
                            deadline_ms__ = 
                                map_.next_value::<::std::option::Option<::pbjson::private::NumberDeserialize<_>>>()?.map(|x| x.0)
                            ;
                        }
                        GeneratedField::Seed => {
                            if seed__.is_some() {
                                return Err(serde::de::Error::duplicate_field("seed"));
                            }
                            seed__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Origin => {
                            if origin__.is_some() {
                                return Err(serde::de::Error::duplicate_field("origin"));
                            }
                            origin__ = Some(map_.next_value()?);
                        }
                        GeneratedField::OriginStep => {
                            if origin_step__.is_some() {
                                return Err(serde::de::Error::duplicate_field("originStep"));
                            }
                            origin_step__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Steps => {
                            if steps__.is_some() {
                                return Err(serde::de::Error::duplicate_field("steps"));
                            }
                            steps__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Events => {
                            if events__.is_some() {
                                return Err(serde::de::Error::duplicate_field("events"));
                            }
                            events__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::NextFrame => {
                            if next_frame__.is_some() {
                                return Err(serde::de::Error::duplicate_field("nextFrame"));
                            }
                            next_frame__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::NextTask => {
                            if next_task__.is_some() {
                                return Err(serde::de::Error::duplicate_field("nextTask"));
                            }
                            next_task__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::NextChild => {
                            if next_child__.is_some() {
                                return Err(serde::de::Error::duplicate_field("nextChild"));
                            }
                            next_child__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Frames => {
                            if frames__.is_some() {
                                return Err(serde::de::Error::duplicate_field("frames"));
                            }
                            frames__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Tasks => {
                            if tasks__.is_some() {
                                return Err(serde::de::Error::duplicate_field("tasks"));
                            }
                            tasks__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Children => {
                            if children__.is_some() {
                                return Err(serde::de::Error::duplicate_field("children"));
                            }
                            children__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Failure => {
                            if failure__.is_some() {
                                return Err(serde::de::Error::duplicate_field("failure"));
                            }
                            failure__ = map_.next_value()?;
                        }
                        GeneratedField::Output => {
                            if output__.is_some() {
                                return Err(serde::de::Error::duplicate_field("output"));
                            }
                            output__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::YieldedMs => {
                            if yielded_ms__.is_some() {
                                return Err(serde::de::Error::duplicate_field("yieldedMs"));
                            }
                            yielded_ms__ = 
                                map_.next_value::<::std::option::Option<::pbjson::private::NumberDeserialize<_>>>()?.map(|x| x.0)
                            ;
                        }
                        GeneratedField::Visits => {
                            if visits__.is_some() {
                                return Err(serde::de::Error::duplicate_field("visits"));
                            }
                            visits__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(ExecutionState {
                    payloads: payloads__.unwrap_or_default(),
                    status: status__.unwrap_or_default(),
                    start: start__,
                    input: input__.unwrap_or_default(),
                    deadline_ms: deadline_ms__,
                    seed: seed__.unwrap_or_default(),
                    origin: origin__.unwrap_or_default(),
                    origin_step: origin_step__.unwrap_or_default(),
                    steps: steps__.unwrap_or_default(),
                    events: events__.unwrap_or_default(),
                    next_frame: next_frame__.unwrap_or_default(),
                    next_task: next_task__.unwrap_or_default(),
                    next_child: next_child__.unwrap_or_default(),
                    frames: frames__.unwrap_or_default(),
                    tasks: tasks__.unwrap_or_default(),
                    children: children__.unwrap_or_default(),
                    failure: failure__,
                    output: output__.unwrap_or_default(),
                    yielded_ms: yielded_ms__,
                    visits: visits__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("cueline.v1.ExecutionState", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for execution_state::Child {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.child != 0 {
            len += 1;
        }
        if self.frame != 0 {
            len += 1;
        }
        if self.index != 0 {
            len += 1;
        }
        if self.input != 0 {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("cueline.v1.ExecutionState.Child", len)?;
        if self.child != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("child", ToString::to_string(&self.child).as_str())?;
        }
        if self.frame != 0 {
            struct_ser.serialize_field("frame", &self.frame)?;
        }
        if self.index != 0 {
            struct_ser.serialize_field("index", &self.index)?;
        }
        if self.input != 0 {
            struct_ser.serialize_field("input", &self.input)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for execution_state::Child {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "child",
            "frame",
            "index",
            "input",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Child,
            Frame,
            Index,
            Input,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "child" => Ok(GeneratedField::Child),
                            "frame" => Ok(GeneratedField::Frame),
                            "index" => Ok(GeneratedField::Index),
                            "input" => Ok(GeneratedField::Input),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = execution_state::Child;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct cueline.v1.ExecutionState.Child")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<execution_state::Child, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut child__ = None;
                let mut frame__ = None;
                let mut index__ = None;
                let mut input__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Child => {
                            if child__.is_some() {
                                return Err(serde::de::Error::duplicate_field("child"));
                            }
                            child__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Frame => {
                            if frame__.is_some() {
                                return Err(serde::de::Error::duplicate_field("frame"));
                            }
                            frame__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Index => {
                            if index__.is_some() {
                                return Err(serde::de::Error::duplicate_field("index"));
                            }
                            index__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Input => {
                            if input__.is_some() {
                                return Err(serde::de::Error::duplicate_field("input"));
                            }
                            input__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                    }
                }
                Ok(execution_state::Child {
                    child: child__.unwrap_or_default(),
                    frame: frame__.unwrap_or_default(),
                    index: index__.unwrap_or_default(),
                    input: input__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("cueline.v1.ExecutionState.Child", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for execution_state::Failure {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.error.is_empty() {
            len += 1;
        }
        if !self.cause.is_empty() {
            len += 1;
        }
        if self.field.is_some() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("cueline.v1.ExecutionState.Failure", len)?;
        if !self.error.is_empty() {
            struct_ser.serialize_field("error", &self.error)?;
        }
        if !self.cause.is_empty() {
            struct_ser.serialize_field("cause", &self.cause)?;
        }
        if let Some(v) = self.field.as_ref() {
            struct_ser.serialize_field("field", v)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for execution_state::Failure {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "error",
            "cause",
            "field",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Error,
            Cause,
            Field,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "error" => Ok(GeneratedField::Error),
                            "cause" => Ok(GeneratedField::Cause),
                            "field" => Ok(GeneratedField::Field),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = execution_state::Failure;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct cueline.v1.ExecutionState.Failure")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<execution_state::Failure, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut error__ = None;
                let mut cause__ = None;
                let mut field__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Error => {
                            if error__.is_some() {
                                return Err(serde::de::Error::duplicate_field("error"));
                            }
                            error__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Cause => {
                            if cause__.is_some() {
                                return Err(serde::de::Error::duplicate_field("cause"));
                            }
                            cause__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Field => {
                            if field__.is_some() {
                                return Err(serde::de::Error::duplicate_field("field"));
                            }
                            field__ = map_.next_value()?;
                        }
                    }
                }
                Ok(execution_state::Failure {
                    error: error__.unwrap_or_default(),
                    cause: cause__.unwrap_or_default(),
                    field: field__,
                })
            }
        }
        deserializer.deserialize_struct("cueline.v1.ExecutionState.Failure", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for execution_state::Fan {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.branch_input != 0 {
            len += 1;
        }
        if self.total != 0 {
            len += 1;
        }
        if self.begun != 0 {
            len += 1;
        }
        if self.succeeded != 0 {
            len += 1;
        }
        if self.failed != 0 {
            len += 1;
        }
        if !self.results.is_empty() {
            len += 1;
        }
        if self.batched {
            len += 1;
        }
        if self.distributed {
            len += 1;
        }
        if self.max_concurrency != 0 {
            len += 1;
        }
        if self.tolerated_count.is_some() {
            len += 1;
        }
        if self.tolerated_percentage.is_some() {
            len += 1;
        }
        if self.items.is_some() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("cueline.v1.ExecutionState.Fan", len)?;
        if self.branch_input != 0 {
            struct_ser.serialize_field("branchInput", &self.branch_input)?;
        }
        if self.total != 0 {
            struct_ser.serialize_field("total", &self.total)?;
        }
        if self.begun != 0 {
            struct_ser.serialize_field("begun", &self.begun)?;
        }
        if self.succeeded != 0 {
            struct_ser.serialize_field("succeeded", &self.succeeded)?;
        }
        if self.failed != 0 {
            struct_ser.serialize_field("failed", &self.failed)?;
        }
        if !self.results.is_empty() {
            struct_ser.serialize_field("results", &self.results)?;
        }
        if self.batched {
            struct_ser.serialize_field("batched", &self.batched)?;
        }
        if self.distributed {
            struct_ser.serialize_field("distributed", &self.distributed)?;
        }
        if self.max_concurrency != 0 {
            struct_ser.serialize_field("maxConcurrency", &self.max_concurrency)?;
        }
        if let Some(v) = self.tolerated_count.as_ref() {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("toleratedCount", ToString::to_string(&v).as_str())?;
        }
        if let Some(v) = self.tolerated_percentage.as_ref() {
            struct_ser.serialize_field("toleratedPercentage", v)?;
        }
        if let Some(v) = self.items.as_ref() {
            match v {
                execution_state::fan::Items::ItemInput(v) => {
                    struct_ser.serialize_field("itemInput", v)?;
                }
                execution_state::fan::Items::ItemResult(v) => {
                    struct_ser.serialize_field("itemResult", v)?;
                }
                execution_state::fan::Items::ItemValue(v) => {
                    struct_ser.serialize_field("itemValue", v)?;
                }
            }
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for execution_state::Fan {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "branch_input",
            "branchInput",
            "total",
            "begun",
            "succeeded",
            "failed",
            "results",
            "batched",
            "distributed",
            "max_concurrency",
            "maxConcurrency",
            "tolerated_count",
            "toleratedCount",
            "tolerated_percentage",
            "toleratedPercentage",
            "item_input",
            "itemInput",
            "item_result",
            "itemResult",
            "item_value",
            "itemValue",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            BranchInput,
            Total,
            Begun,
            Succeeded,
            Failed,
            Results,
            Batched,
            Distributed,
            MaxConcurrency,
            ToleratedCount,
            ToleratedPercentage,
            ItemInput,
            ItemResult,
            ItemValue,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "branchInput" | "branch_input" => Ok(GeneratedField::BranchInput),
                            "total" => Ok(GeneratedField::Total),
                            "begun" => Ok(GeneratedField::Begun),
                            "succeeded" => Ok(GeneratedField::Succeeded),
                            "failed" => Ok(GeneratedField::Failed),
                            "results" => Ok(GeneratedField::Results),
                            "batched" => Ok(GeneratedField::Batched),
                            "distributed" => Ok(GeneratedField::Distributed),
                            "maxConcurrency" | "max_concurrency" => Ok(GeneratedField::MaxConcurrency),
                            "toleratedCount" | "tolerated_count" => Ok(GeneratedField::ToleratedCount),
                            "toleratedPercentage" | "tolerated_percentage" => Ok(GeneratedField::ToleratedPercentage),
                            "itemInput" | "item_input" => Ok(GeneratedField::ItemInput),
                            "itemResult" | "item_result" => Ok(GeneratedField::ItemResult),
                            "itemValue" | "item_value" => Ok(GeneratedField::ItemValue),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = execution_state::Fan;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct cueline.v1.ExecutionState.Fan")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<execution_state::Fan, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut branch_input__ = None;
                let mut total__ = None;
                let mut begun__ = None;
                let mut succeeded__ = None;
                let mut failed__ = None;
                let mut results__ = None;
                let mut batched__ = None;
                let mut distributed__ = None;
                let mut max_concurrency__ = None;
                let mut tolerated_count__ = None;
                let mut tolerated_percentage__ = None;
                let mut items__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::BranchInput => {
                            if branch_input__.is_some() {
                                return Err(serde::de::Error::duplicate_field("branchInput"));
                            }
                            branch_input__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Total => {
                            if total__.is_some() {
                                return Err(serde::de::Error::duplicate_field("total"));
                            }
                            total__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Begun => {
                            if begun__.is_some() {
                                return Err(serde::de::Error::duplicate_field("begun"));
                            }
                            begun__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Succeeded => {
                            if succeeded__.is_some() {
                                return Err(serde::de::Error::duplicate_field("succeeded"));
                            }
                            succeeded__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Failed => {
                            if failed__.is_some() {
                                return Err(serde::de::Error::duplicate_field("failed"));
                            }
                            failed__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Results => {
                            if results__.is_some() {
                                return Err(serde::de::Error::duplicate_field("results"));
                            }
                            results__ = 
                                Some(map_.next_value::<Vec<::pbjson::private::NumberDeserialize<_>>>()?
                                    .into_iter().map(|x| x.0).collect())
                            ;
                        }
                        GeneratedField::Batched => {
                            if batched__.is_some() {
                                return Err(serde::de::Error::duplicate_field("batched"));
                            }
                            batched__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Distributed => {
                            if distributed__.is_some() {
                                return Err(serde::de::Error::duplicate_field("distributed"));
                            }
                            distributed__ = Some(map_.next_value()?);
                        }
                        GeneratedField::MaxConcurrency => {
                            if max_concurrency__.is_some() {
                                return Err(serde::de::Error::duplicate_field("maxConcurrency"));
                            }
                            max_concurrency__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::ToleratedCount => {
                            if tolerated_count__.is_some() {
                                return Err(serde::de::Error::duplicate_field("toleratedCount"));
                            }
                            tolerated_count__ = 
                                map_.next_value::<::std::option::Option<::pbjson::private::NumberDeserialize<_>>>()?.map(|x| x.0)
                            ;
                        }
                        GeneratedField::ToleratedPercentage => {
                            if tolerated_percentage__.is_some() {
                                return Err(serde::de::Error::duplicate_field("toleratedPercentage"));
                            }
                            tolerated_percentage__ = 
                                map_.next_value::<::std::option::Option<::pbjson::private::NumberDeserialize<_>>>()?.map(|x| x.0)
                            ;
                        }
                        GeneratedField::ItemInput => {
                            if items__.is_some() {
                                return Err(serde::de::Error::duplicate_field("itemInput"));
                            }
                            items__ = map_.next_value::<::std::option::Option<_>>()?.map(execution_state::fan::Items::ItemInput);
                        }
                        GeneratedField::ItemResult => {
                            if items__.is_some() {
                                return Err(serde::de::Error::duplicate_field("itemResult"));
                            }
                            items__ = map_.next_value::<::std::option::Option<_>>()?.map(execution_state::fan::Items::ItemResult);
                        }
                        GeneratedField::ItemValue => {
                            if items__.is_some() {
                                return Err(serde::de::Error::duplicate_field("itemValue"));
                            }
                            items__ = map_.next_value::<::std::option::Option<::pbjson::private::NumberDeserialize<_>>>()?.map(|x| execution_state::fan::Items::ItemValue(x.0));
                        }
                    }
                }
                Ok(execution_state::Fan {
                    branch_input: branch_input__.unwrap_or_default(),
                    total: total__.unwrap_or_default(),
                    begun: begun__.unwrap_or_default(),
                    succeeded: succeeded__.unwrap_or_default(),
                    failed: failed__.unwrap_or_default(),
                    results: results__.unwrap_or_default(),
                    batched: batched__.unwrap_or_default(),
                    distributed: distributed__.unwrap_or_default(),
                    max_concurrency: max_concurrency__.unwrap_or_default(),
                    tolerated_count: tolerated_count__,
                    tolerated_percentage: tolerated_percentage__,
                    items: items__,
                })
            }
        }
        deserializer.deserialize_struct("cueline.v1.ExecutionState.Fan", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for execution_state::Frame {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.frame != 0 {
            len += 1;
        }
        if self.parent.is_some() {
            len += 1;
        }
        if self.index != 0 {
            len += 1;
        }
        if self.state.is_some() {
            len += 1;
        }
        if self.entered_ms != 0 {
            len += 1;
        }
        if self.entered_event != 0 {
            len += 1;
        }
        if self.data != 0 {
            len += 1;
        }
        if self.variables != 0 {
            len += 1;
        }
        if self.result != 0 {
            len += 1;
        }
        if self.result_of.is_some() {
            len += 1;
        }
        if self.failure.is_some() {
            len += 1;
        }
        if !self.retries.is_empty() {
            len += 1;
        }
        if self.effect.is_some() {
            len += 1;
        }
        if self.fan.is_some() {
            len += 1;
        }
        if self.place.is_some() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("cueline.v1.ExecutionState.Frame", len)?;
        if self.frame != 0 {
            struct_ser.serialize_field("frame", &self.frame)?;
        }
        if let Some(v) = self.parent.as_ref() {
            struct_ser.serialize_field("parent", v)?;
        }
        if self.index != 0 {
            struct_ser.serialize_field("index", &self.index)?;
        }
        if let Some(v) = self.state.as_ref() {
            struct_ser.serialize_field("state", v)?;
        }
        if self.entered_ms != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("enteredMs", ToString::to_string(&self.entered_ms).as_str())?;
        }
        if self.entered_event != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("enteredEvent", ToString::to_string(&self.entered_event).as_str())?;
        }
        if self.data != 0 {
            struct_ser.serialize_field("data", &self.data)?;
        }
        if self.variables != 0 {
            struct_ser.serialize_field("variables", &self.variables)?;
        }
        if self.result != 0 {
            struct_ser.serialize_field("result", &self.result)?;
        }
        if let Some(v) = self.result_of.as_ref() {
            let v = Purpose::try_from(*v)
                .map_err(|_| serde::ser::Error::custom(format!("Invalid variant {}", *v)))?;
            struct_ser.serialize_field("resultOf", &v)?;
        }
        if let Some(v) = self.failure.as_ref() {
            struct_ser.serialize_field("failure", v)?;
        }
        if !self.retries.is_empty() {
            struct_ser.serialize_field("retries", &self.retries)?;
        }
        if let Some(v) = self.effect.as_ref() {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("effect", ToString::to_string(&v).as_str())?;
        }
        if let Some(v) = self.fan.as_ref() {
            struct_ser.serialize_field("fan", v)?;
        }
        if let Some(v) = self.place.as_ref() {
            match v {
                execution_state::frame::Place::Starting(v) => {
                    struct_ser.serialize_field("starting", v)?;
                }
                execution_state::frame::Place::Next(v) => {
                    struct_ser.serialize_field("next", v)?;
                }
                execution_state::frame::Place::Deciding(v) => {
                    struct_ser.serialize_field("deciding", v)?;
                }
                execution_state::frame::Place::Task(v) => {
                    #[allow(clippy::needless_borrow)]
                    #[allow(clippy::needless_borrows_for_generic_args)]
                    struct_ser.serialize_field("task", ToString::to_string(&v).as_str())?;
                }
                execution_state::frame::Place::WaitingMs(v) => {
                    #[allow(clippy::needless_borrow)]
                    #[allow(clippy::needless_borrows_for_generic_args)]
                    struct_ser.serialize_field("waitingMs", ToString::to_string(&v).as_str())?;
                }
                execution_state::frame::Place::RetryingMs(v) => {
                    #[allow(clippy::needless_borrow)]
                    #[allow(clippy::needless_borrows_for_generic_args)]
                    struct_ser.serialize_field("retryingMs", ToString::to_string(&v).as_str())?;
                }
                execution_state::frame::Place::Fanned(v) => {
                    struct_ser.serialize_field("fanned", v)?;
                }
                execution_state::frame::Place::Ended(v) => {
                    struct_ser.serialize_field("ended", v)?;
                }
            }
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for execution_state::Frame {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "frame",
            "parent",
            "index",
            "state",
            "entered_ms",
            "enteredMs",
            "entered_event",
            "enteredEvent",
            "data",
            "variables",
            "result",
            "result_of",
            "resultOf",
            "failure",
            "retries",
            "effect",
            "fan",
            "starting",
            "next",
            "deciding",
            "task",
            "waiting_ms",
            "waitingMs",
            "retrying_ms",
            "retryingMs",
            "fanned",
            "ended",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Frame,
            Parent,
            Index,
            State,
            EnteredMs,
            EnteredEvent,
            Data,
            Variables,
            Result,
            ResultOf,
            Failure,
            Retries,
            Effect,
            Fan,
            Starting,
            Next,
            Deciding,
            Task,
            WaitingMs,
            RetryingMs,
            Fanned,
            Ended,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "frame" => Ok(GeneratedField::Frame),
                            "parent" => Ok(GeneratedField::Parent),
                            "index" => Ok(GeneratedField::Index),
                            "state" => Ok(GeneratedField::State),
                            "enteredMs" | "entered_ms" => Ok(GeneratedField::EnteredMs),
                            "enteredEvent" | "entered_event" => Ok(GeneratedField::EnteredEvent),
                            "data" => Ok(GeneratedField::Data),
                            "variables" => Ok(GeneratedField::Variables),
                            "result" => Ok(GeneratedField::Result),
                            "resultOf" | "result_of" => Ok(GeneratedField::ResultOf),
                            "failure" => Ok(GeneratedField::Failure),
                            "retries" => Ok(GeneratedField::Retries),
                            "effect" => Ok(GeneratedField::Effect),
                            "fan" => Ok(GeneratedField::Fan),
                            "starting" => Ok(GeneratedField::Starting),
                            "next" => Ok(GeneratedField::Next),
                            "deciding" => Ok(GeneratedField::Deciding),
                            "task" => Ok(GeneratedField::Task),
                            "waitingMs" | "waiting_ms" => Ok(GeneratedField::WaitingMs),
                            "retryingMs" | "retrying_ms" => Ok(GeneratedField::RetryingMs),
                            "fanned" => Ok(GeneratedField::Fanned),
                            "ended" => Ok(GeneratedField::Ended),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = execution_state::Frame;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct cueline.v1.ExecutionState.Frame")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<execution_state::Frame, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut frame__ = None;
                let mut parent__ = None;
                let mut index__ = None;
                let mut state__ = None;
                let mut entered_ms__ = None;
                let mut entered_event__ = None;
                let mut data__ = None;
                let mut variables__ = None;
                let mut result__ = None;
                let mut result_of__ = None;
                let mut failure__ = None;
                let mut retries__ = None;
                let mut effect__ = None;
                let mut fan__ = None;
                let mut place__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Frame => {
                            if frame__.is_some() {
                                return Err(serde::de::Error::duplicate_field("frame"));
                            }
                            frame__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Parent => {
                            if parent__.is_some() {
                                return Err(serde::de::Error::duplicate_field("parent"));
                            }
                            parent__ = 
                                map_.next_value::<::std::option::Option<::pbjson::private::NumberDeserialize<_>>>()?.map(|x| x.0)
                            ;
                        }
                        GeneratedField::Index => {
                            if index__.is_some() {
                                return Err(serde::de::Error::duplicate_field("index"));
                            }
                            index__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::State => {
                            if state__.is_some() {
                                return Err(serde::de::Error::duplicate_field("state"));
                            }
                            state__ = map_.next_value()?;
                        }
                        GeneratedField::EnteredMs => {
                            if entered_ms__.is_some() {
                                return Err(serde::de::Error::duplicate_field("enteredMs"));
                            }
                            entered_ms__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::EnteredEvent => {
                            if entered_event__.is_some() {
                                return Err(serde::de::Error::duplicate_field("enteredEvent"));
                            }
                            entered_event__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Data => {
                            if data__.is_some() {
                                return Err(serde::de::Error::duplicate_field("data"));
                            }
                            data__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Variables => {
                            if variables__.is_some() {
                                return Err(serde::de::Error::duplicate_field("variables"));
                            }
                            variables__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Result => {
                            if result__.is_some() {
                                return Err(serde::de::Error::duplicate_field("result"));
                            }
                            result__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::ResultOf => {
                            if result_of__.is_some() {
                                return Err(serde::de::Error::duplicate_field("resultOf"));
                            }
                            result_of__ = map_.next_value::<::std::option::Option<Purpose>>()?.map(|x| x as i32);
                        }
                        GeneratedField::Failure => {
                            if failure__.is_some() {
                                return Err(serde::de::Error::duplicate_field("failure"));
                            }
                            failure__ = map_.next_value()?;
                        }
                        GeneratedField::Retries => {
                            if retries__.is_some() {
                                return Err(serde::de::Error::duplicate_field("retries"));
                            }
                            retries__ = 
                                Some(map_.next_value::<Vec<::pbjson::private::NumberDeserialize<_>>>()?
                                    .into_iter().map(|x| x.0).collect())
                            ;
                        }
                        GeneratedField::Effect => {
                            if effect__.is_some() {
                                return Err(serde::de::Error::duplicate_field("effect"));
                            }
                            effect__ = 
                                map_.next_value::<::std::option::Option<::pbjson::private::NumberDeserialize<_>>>()?.map(|x| x.0)
                            ;
                        }
                        GeneratedField::Fan => {
                            if fan__.is_some() {
                                return Err(serde::de::Error::duplicate_field("fan"));
                            }
                            fan__ = map_.next_value()?;
                        }
                        GeneratedField::Starting => {
                            if place__.is_some() {
                                return Err(serde::de::Error::duplicate_field("starting"));
                            }
                            place__ = map_.next_value::<::std::option::Option<_>>()?.map(execution_state::frame::Place::Starting);
                        }
                        GeneratedField::Next => {
                            if place__.is_some() {
                                return Err(serde::de::Error::duplicate_field("next"));
                            }
                            place__ = map_.next_value::<::std::option::Option<_>>()?.map(execution_state::frame::Place::Next);
                        }
                        GeneratedField::Deciding => {
                            if place__.is_some() {
                                return Err(serde::de::Error::duplicate_field("deciding"));
                            }
                            place__ = map_.next_value::<::std::option::Option<_>>()?.map(execution_state::frame::Place::Deciding);
                        }
                        GeneratedField::Task => {
                            if place__.is_some() {
                                return Err(serde::de::Error::duplicate_field("task"));
                            }
                            place__ = map_.next_value::<::std::option::Option<::pbjson::private::NumberDeserialize<_>>>()?.map(|x| execution_state::frame::Place::Task(x.0));
                        }
                        GeneratedField::WaitingMs => {
                            if place__.is_some() {
                                return Err(serde::de::Error::duplicate_field("waitingMs"));
                            }
                            place__ = map_.next_value::<::std::option::Option<::pbjson::private::NumberDeserialize<_>>>()?.map(|x| execution_state::frame::Place::WaitingMs(x.0));
                        }
                        GeneratedField::RetryingMs => {
                            if place__.is_some() {
                                return Err(serde::de::Error::duplicate_field("retryingMs"));
                            }
                            place__ = map_.next_value::<::std::option::Option<::pbjson::private::NumberDeserialize<_>>>()?.map(|x| execution_state::frame::Place::RetryingMs(x.0));
                        }
                        GeneratedField::Fanned => {
                            if place__.is_some() {
                                return Err(serde::de::Error::duplicate_field("fanned"));
                            }
                            place__ = map_.next_value::<::std::option::Option<_>>()?.map(execution_state::frame::Place::Fanned);
                        }
                        GeneratedField::Ended => {
                            if place__.is_some() {
                                return Err(serde::de::Error::duplicate_field("ended"));
                            }
                            place__ = map_.next_value::<::std::option::Option<_>>()?.map(execution_state::frame::Place::Ended);
                        }
                    }
                }
                Ok(execution_state::Frame {
                    frame: frame__.unwrap_or_default(),
                    parent: parent__,
                    index: index__.unwrap_or_default(),
                    state: state__,
                    entered_ms: entered_ms__.unwrap_or_default(),
                    entered_event: entered_event__.unwrap_or_default(),
                    data: data__.unwrap_or_default(),
                    variables: variables__.unwrap_or_default(),
                    result: result__.unwrap_or_default(),
                    result_of: result_of__,
                    failure: failure__,
                    retries: retries__.unwrap_or_default(),
                    effect: effect__,
                    fan: fan__,
                    place: place__,
                })
            }
        }
        deserializer.deserialize_struct("cueline.v1.ExecutionState.Frame", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for execution_state::Status {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        let variant = match self {
            Self::Running => "STATUS_RUNNING",
            Self::Succeeded => "STATUS_SUCCEEDED",
            Self::Failed => "STATUS_FAILED",
            Self::Aborted => "STATUS_ABORTED",
            Self::TimedOut => "STATUS_TIMED_OUT",
        };
        serializer.serialize_str(variant)
    }
}
impl<'de> serde::Deserialize<'de> for execution_state::Status {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "STATUS_RUNNING",
            "STATUS_SUCCEEDED",
            "STATUS_FAILED",
            "STATUS_ABORTED",
            "STATUS_TIMED_OUT",
        ];

        struct GeneratedVisitor;

        impl serde::de::Visitor<'_> for GeneratedVisitor {
            type Value = execution_state::Status;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(formatter, "expected one of: {:?}", &FIELDS)
            }

            fn visit_i64<E>(self, v: i64) -> std::result::Result<Self::Value, E>
            where
                E: serde::de::Error,
            {
                i32::try_from(v)
                    .ok()
                    .and_then(|x| x.try_into().ok())
                    .ok_or_else(|| {
                        serde::de::Error::invalid_value(serde::de::Unexpected::Signed(v), &self)
                    })
            }

            fn visit_u64<E>(self, v: u64) -> std::result::Result<Self::Value, E>
            where
                E: serde::de::Error,
            {
                i32::try_from(v)
                    .ok()
                    .and_then(|x| x.try_into().ok())
                    .ok_or_else(|| {
                        serde::de::Error::invalid_value(serde::de::Unexpected::Unsigned(v), &self)
                    })
            }

            fn visit_str<E>(self, value: &str) -> std::result::Result<Self::Value, E>
            where
                E: serde::de::Error,
            {
                match value {
                    "STATUS_RUNNING" => Ok(execution_state::Status::Running),
                    "STATUS_SUCCEEDED" => Ok(execution_state::Status::Succeeded),
                    "STATUS_FAILED" => Ok(execution_state::Status::Failed),
                    "STATUS_ABORTED" => Ok(execution_state::Status::Aborted),
                    "STATUS_TIMED_OUT" => Ok(execution_state::Status::TimedOut),
                    _ => Err(serde::de::Error::unknown_variant(value, FIELDS)),
                }
            }
        }
        deserializer.deserialize_any(GeneratedVisitor)
    }
}
impl serde::Serialize for execution_state::Task {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.task != 0 {
            len += 1;
        }
        if self.frame != 0 {
            len += 1;
        }
        if self.effect != 0 {
            len += 1;
        }
        if self.attempt != 0 {
            len += 1;
        }
        if self.purpose != 0 {
            len += 1;
        }
        if !self.resource.is_empty() {
            len += 1;
        }
        if self.arguments != 0 {
            len += 1;
        }
        if self.credentials != 0 {
            len += 1;
        }
        if self.sends != 0 {
            len += 1;
        }
        if self.deadline_ms.is_some() {
            len += 1;
        }
        if self.heartbeat_ms.is_some() {
            len += 1;
        }
        if self.heartbeat_due_ms.is_some() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("cueline.v1.ExecutionState.Task", len)?;
        if self.task != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("task", ToString::to_string(&self.task).as_str())?;
        }
        if self.frame != 0 {
            struct_ser.serialize_field("frame", &self.frame)?;
        }
        if self.effect != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("effect", ToString::to_string(&self.effect).as_str())?;
        }
        if self.attempt != 0 {
            struct_ser.serialize_field("attempt", &self.attempt)?;
        }
        if self.purpose != 0 {
            let v = Purpose::try_from(self.purpose)
                .map_err(|_| serde::ser::Error::custom(format!("Invalid variant {}", self.purpose)))?;
            struct_ser.serialize_field("purpose", &v)?;
        }
        if !self.resource.is_empty() {
            struct_ser.serialize_field("resource", &self.resource)?;
        }
        if self.arguments != 0 {
            struct_ser.serialize_field("arguments", &self.arguments)?;
        }
        if self.credentials != 0 {
            struct_ser.serialize_field("credentials", &self.credentials)?;
        }
        if self.sends != 0 {
            struct_ser.serialize_field("sends", &self.sends)?;
        }
        if let Some(v) = self.deadline_ms.as_ref() {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("deadlineMs", ToString::to_string(&v).as_str())?;
        }
        if let Some(v) = self.heartbeat_ms.as_ref() {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("heartbeatMs", ToString::to_string(&v).as_str())?;
        }
        if let Some(v) = self.heartbeat_due_ms.as_ref() {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("heartbeatDueMs", ToString::to_string(&v).as_str())?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for execution_state::Task {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "task",
            "frame",
            "effect",
            "attempt",
            "purpose",
            "resource",
            "arguments",
            "credentials",
            "sends",
            "deadline_ms",
            "deadlineMs",
            "heartbeat_ms",
            "heartbeatMs",
            "heartbeat_due_ms",
            "heartbeatDueMs",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Task,
            Frame,
            Effect,
            Attempt,
            Purpose,
            Resource,
            Arguments,
            Credentials,
            Sends,
            DeadlineMs,
            HeartbeatMs,
            HeartbeatDueMs,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "task" => Ok(GeneratedField::Task),
                            "frame" => Ok(GeneratedField::Frame),
                            "effect" => Ok(GeneratedField::Effect),
                            "attempt" => Ok(GeneratedField::Attempt),
                            "purpose" => Ok(GeneratedField::Purpose),
                            "resource" => Ok(GeneratedField::Resource),
                            "arguments" => Ok(GeneratedField::Arguments),
                            "credentials" => Ok(GeneratedField::Credentials),
                            "sends" => Ok(GeneratedField::Sends),
                            "deadlineMs" | "deadline_ms" => Ok(GeneratedField::DeadlineMs),
                            "heartbeatMs" | "heartbeat_ms" => Ok(GeneratedField::HeartbeatMs),
                            "heartbeatDueMs" | "heartbeat_due_ms" => Ok(GeneratedField::HeartbeatDueMs),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = execution_state::Task;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct cueline.v1.ExecutionState.Task")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<execution_state::Task, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut task__ = None;
                let mut frame__ = None;
                let mut effect__ = None;
                let mut attempt__ = None;
                let mut purpose__ = None;
                let mut resource__ = None;
                let mut arguments__ = None;
                let mut credentials__ = None;
                let mut sends__ = None;
                let mut deadline_ms__ = None;
                let mut heartbeat_ms__ = None;
                let mut heartbeat_due_ms__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Task => {
                            if task__.is_some() {
                                return Err(serde::de::Error::duplicate_field("task"));
                            }
                            task__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Frame => {
                            if frame__.is_some() {
                                return Err(serde::de::Error::duplicate_field("frame"));
                            }
                            frame__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Effect => {
                            if effect__.is_some() {
                                return Err(serde::de::Error::duplicate_field("effect"));
                            }
                            effect__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Attempt => {
                            if attempt__.is_some() {
                                return Err(serde::de::Error::duplicate_field("attempt"));
                            }
                            attempt__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Purpose => {
                            if purpose__.is_some() {
                                return Err(serde::de::Error::duplicate_field("purpose"));
                            }
                            purpose__ = Some(map_.next_value::<Purpose>()? as i32);
                        }
                        GeneratedField::Resource => {
                            if resource__.is_some() {
                                return Err(serde::de::Error::duplicate_field("resource"));
                            }
                            resource__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Arguments => {
                            if arguments__.is_some() {
                                return Err(serde::de::Error::duplicate_field("arguments"));
                            }
                            arguments__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Credentials => {
                            if credentials__.is_some() {
                                return Err(serde::de::Error::duplicate_field("credentials"));
                            }
                            credentials__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Sends => {
                            if sends__.is_some() {
                                return Err(serde::de::Error::duplicate_field("sends"));
                            }
                            sends__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::DeadlineMs => {
                            if deadline_ms__.is_some() {
                                return Err(serde::de::Error::duplicate_field("deadlineMs"));
                            }
                            deadline_ms__ = 
                                map_.next_value::<::std::option::Option<::pbjson::private::NumberDeserialize<_>>>()?.map(|x| x.0)
                            ;
                        }
                        GeneratedField::HeartbeatMs => {
                            if heartbeat_ms__.is_some() {
                                return Err(serde::de::Error::duplicate_field("heartbeatMs"));
                            }
                            heartbeat_ms__ = 
                                map_.next_value::<::std::option::Option<::pbjson::private::NumberDeserialize<_>>>()?.map(|x| x.0)
                            ;
                        }
                        GeneratedField::HeartbeatDueMs => {
                            if heartbeat_due_ms__.is_some() {
                                return Err(serde::de::Error::duplicate_field("heartbeatDueMs"));
                            }
                            heartbeat_due_ms__ = 
                                map_.next_value::<::std::option::Option<::pbjson::private::NumberDeserialize<_>>>()?.map(|x| x.0)
                            ;
                        }
                    }
                }
                Ok(execution_state::Task {
                    task: task__.unwrap_or_default(),
                    frame: frame__.unwrap_or_default(),
                    effect: effect__.unwrap_or_default(),
                    attempt: attempt__.unwrap_or_default(),
                    purpose: purpose__.unwrap_or_default(),
                    resource: resource__.unwrap_or_default(),
                    arguments: arguments__.unwrap_or_default(),
                    credentials: credentials__.unwrap_or_default(),
                    sends: sends__.unwrap_or_default(),
                    deadline_ms: deadline_ms__,
                    heartbeat_ms: heartbeat_ms__,
                    heartbeat_due_ms: heartbeat_due_ms__,
                })
            }
        }
        deserializer.deserialize_struct("cueline.v1.ExecutionState.Task", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for execution_state::Visits {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.state.is_empty() {
            len += 1;
        }
        if self.entered != 0 {
            len += 1;
        }
        if self.exited != 0 {
            len += 1;
        }
        if self.failed != 0 {
            len += 1;
        }
        if self.retried != 0 {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("cueline.v1.ExecutionState.Visits", len)?;
        if !self.state.is_empty() {
            struct_ser.serialize_field("state", &self.state)?;
        }
        if self.entered != 0 {
            struct_ser.serialize_field("entered", &self.entered)?;
        }
        if self.exited != 0 {
            struct_ser.serialize_field("exited", &self.exited)?;
        }
        if self.failed != 0 {
            struct_ser.serialize_field("failed", &self.failed)?;
        }
        if self.retried != 0 {
            struct_ser.serialize_field("retried", &self.retried)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for execution_state::Visits {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "state",
            "entered",
            "exited",
            "failed",
            "retried",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            State,
            Entered,
            Exited,
            Failed,
            Retried,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "state" => Ok(GeneratedField::State),
                            "entered" => Ok(GeneratedField::Entered),
                            "exited" => Ok(GeneratedField::Exited),
                            "failed" => Ok(GeneratedField::Failed),
                            "retried" => Ok(GeneratedField::Retried),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = execution_state::Visits;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct cueline.v1.ExecutionState.Visits")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<execution_state::Visits, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut state__ = None;
                let mut entered__ = None;
                let mut exited__ = None;
                let mut failed__ = None;
                let mut retried__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::State => {
                            if state__.is_some() {
                                return Err(serde::de::Error::duplicate_field("state"));
                            }
                            state__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Entered => {
                            if entered__.is_some() {
                                return Err(serde::de::Error::duplicate_field("entered"));
                            }
                            entered__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Exited => {
                            if exited__.is_some() {
                                return Err(serde::de::Error::duplicate_field("exited"));
                            }
                            exited__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Failed => {
                            if failed__.is_some() {
                                return Err(serde::de::Error::duplicate_field("failed"));
                            }
                            failed__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Retried => {
                            if retried__.is_some() {
                                return Err(serde::de::Error::duplicate_field("retried"));
                            }
                            retried__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                    }
                }
                Ok(execution_state::Visits {
                    state: state__.unwrap_or_default(),
                    entered: entered__.unwrap_or_default(),
                    exited: exited__.unwrap_or_default(),
                    failed: failed__.unwrap_or_default(),
                    retried: retried__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("cueline.v1.ExecutionState.Visits", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for FetchReply {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.object.is_some() {
            len += 1;
        }
        if self.content.is_some() {
            len += 1;
        }
        if self.sidecar.is_some() {
            len += 1;
        }
        if self.current {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("cueline.v1.FetchReply", len)?;
        if let Some(v) = self.object.as_ref() {
            struct_ser.serialize_field("object", v)?;
        }
        if let Some(v) = self.content.as_ref() {
            struct_ser.serialize_field("content", v)?;
        }
        if let Some(v) = self.sidecar.as_ref() {
            struct_ser.serialize_field("sidecar", v)?;
        }
        if self.current {
            struct_ser.serialize_field("current", &self.current)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for FetchReply {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "object",
            "content",
            "sidecar",
            "current",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Object,
            Content,
            Sidecar,
            Current,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "object" => Ok(GeneratedField::Object),
                            "content" => Ok(GeneratedField::Content),
                            "sidecar" => Ok(GeneratedField::Sidecar),
                            "current" => Ok(GeneratedField::Current),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = FetchReply;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct cueline.v1.FetchReply")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<FetchReply, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut object__ = None;
                let mut content__ = None;
                let mut sidecar__ = None;
                let mut current__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Object => {
                            if object__.is_some() {
                                return Err(serde::de::Error::duplicate_field("object"));
                            }
                            object__ = map_.next_value()?;
                        }
                        GeneratedField::Content => {
                            if content__.is_some() {
                                return Err(serde::de::Error::duplicate_field("content"));
                            }
                            content__ = map_.next_value()?;
                        }
                        GeneratedField::Sidecar => {
                            if sidecar__.is_some() {
                                return Err(serde::de::Error::duplicate_field("sidecar"));
                            }
                            sidecar__ = map_.next_value()?;
                        }
                        GeneratedField::Current => {
                            if current__.is_some() {
                                return Err(serde::de::Error::duplicate_field("current"));
                            }
                            current__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(FetchReply {
                    object: object__,
                    content: content__,
                    sidecar: sidecar__,
                    current: current__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("cueline.v1.FetchReply", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for FetchRequest {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.collection.is_empty() {
            len += 1;
        }
        if self.object.is_some() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("cueline.v1.FetchRequest", len)?;
        if !self.collection.is_empty() {
            struct_ser.serialize_field("collection", &self.collection)?;
        }
        if let Some(v) = self.object.as_ref() {
            struct_ser.serialize_field("object", v)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for FetchRequest {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "collection",
            "object",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Collection,
            Object,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "collection" => Ok(GeneratedField::Collection),
                            "object" => Ok(GeneratedField::Object),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = FetchRequest;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct cueline.v1.FetchRequest")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<FetchRequest, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut collection__ = None;
                let mut object__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Collection => {
                            if collection__.is_some() {
                                return Err(serde::de::Error::duplicate_field("collection"));
                            }
                            collection__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Object => {
                            if object__.is_some() {
                                return Err(serde::de::Error::duplicate_field("object"));
                            }
                            object__ = map_.next_value()?;
                        }
                    }
                }
                Ok(FetchRequest {
                    collection: collection__.unwrap_or_default(),
                    object: object__,
                })
            }
        }
        deserializer.deserialize_struct("cueline.v1.FetchRequest", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for FinishReply {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.state.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("cueline.v1.FinishReply", len)?;
        if !self.state.is_empty() {
            struct_ser.serialize_field("state", &self.state)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for FinishReply {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "state",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            State,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "state" => Ok(GeneratedField::State),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = FinishReply;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct cueline.v1.FinishReply")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<FinishReply, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut state__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::State => {
                            if state__.is_some() {
                                return Err(serde::de::Error::duplicate_field("state"));
                            }
                            state__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(FinishReply {
                    state: state__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("cueline.v1.FinishReply", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for FinishRequest {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.collection.is_empty() {
            len += 1;
        }
        if self.object.is_some() {
            len += 1;
        }
        if !self.outcome.is_empty() {
            len += 1;
        }
        if !self.error.is_empty() {
            len += 1;
        }
        if !self.cause.is_empty() {
            len += 1;
        }
        if self.chunks != 0 {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("cueline.v1.FinishRequest", len)?;
        if !self.collection.is_empty() {
            struct_ser.serialize_field("collection", &self.collection)?;
        }
        if let Some(v) = self.object.as_ref() {
            struct_ser.serialize_field("object", v)?;
        }
        if !self.outcome.is_empty() {
            struct_ser.serialize_field("outcome", &self.outcome)?;
        }
        if !self.error.is_empty() {
            struct_ser.serialize_field("error", &self.error)?;
        }
        if !self.cause.is_empty() {
            struct_ser.serialize_field("cause", &self.cause)?;
        }
        if self.chunks != 0 {
            struct_ser.serialize_field("chunks", &self.chunks)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for FinishRequest {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "collection",
            "object",
            "outcome",
            "error",
            "cause",
            "chunks",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Collection,
            Object,
            Outcome,
            Error,
            Cause,
            Chunks,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "collection" => Ok(GeneratedField::Collection),
                            "object" => Ok(GeneratedField::Object),
                            "outcome" => Ok(GeneratedField::Outcome),
                            "error" => Ok(GeneratedField::Error),
                            "cause" => Ok(GeneratedField::Cause),
                            "chunks" => Ok(GeneratedField::Chunks),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = FinishRequest;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct cueline.v1.FinishRequest")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<FinishRequest, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut collection__ = None;
                let mut object__ = None;
                let mut outcome__ = None;
                let mut error__ = None;
                let mut cause__ = None;
                let mut chunks__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Collection => {
                            if collection__.is_some() {
                                return Err(serde::de::Error::duplicate_field("collection"));
                            }
                            collection__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Object => {
                            if object__.is_some() {
                                return Err(serde::de::Error::duplicate_field("object"));
                            }
                            object__ = map_.next_value()?;
                        }
                        GeneratedField::Outcome => {
                            if outcome__.is_some() {
                                return Err(serde::de::Error::duplicate_field("outcome"));
                            }
                            outcome__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Error => {
                            if error__.is_some() {
                                return Err(serde::de::Error::duplicate_field("error"));
                            }
                            error__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Cause => {
                            if cause__.is_some() {
                                return Err(serde::de::Error::duplicate_field("cause"));
                            }
                            cause__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Chunks => {
                            if chunks__.is_some() {
                                return Err(serde::de::Error::duplicate_field("chunks"));
                            }
                            chunks__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                    }
                }
                Ok(FinishRequest {
                    collection: collection__.unwrap_or_default(),
                    object: object__,
                    outcome: outcome__.unwrap_or_default(),
                    error: error__.unwrap_or_default(),
                    cause: cause__.unwrap_or_default(),
                    chunks: chunks__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("cueline.v1.FinishRequest", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for IndexKeywordsReply {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.chunks != 0 {
            len += 1;
        }
        if self.live {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("cueline.v1.IndexKeywordsReply", len)?;
        if self.chunks != 0 {
            struct_ser.serialize_field("chunks", &self.chunks)?;
        }
        if self.live {
            struct_ser.serialize_field("live", &self.live)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for IndexKeywordsReply {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "chunks",
            "live",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Chunks,
            Live,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "chunks" => Ok(GeneratedField::Chunks),
                            "live" => Ok(GeneratedField::Live),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = IndexKeywordsReply;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct cueline.v1.IndexKeywordsReply")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<IndexKeywordsReply, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut chunks__ = None;
                let mut live__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Chunks => {
                            if chunks__.is_some() {
                                return Err(serde::de::Error::duplicate_field("chunks"));
                            }
                            chunks__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Live => {
                            if live__.is_some() {
                                return Err(serde::de::Error::duplicate_field("live"));
                            }
                            live__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(IndexKeywordsReply {
                    chunks: chunks__.unwrap_or_default(),
                    live: live__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("cueline.v1.IndexKeywordsReply", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for IndexKeywordsRequest {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.collection.is_empty() {
            len += 1;
        }
        if self.object.is_some() {
            len += 1;
        }
        if self.document.is_some() {
            len += 1;
        }
        if self.chunks.is_some() {
            len += 1;
        }
        if self.sidecar.is_some() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("cueline.v1.IndexKeywordsRequest", len)?;
        if !self.collection.is_empty() {
            struct_ser.serialize_field("collection", &self.collection)?;
        }
        if let Some(v) = self.object.as_ref() {
            struct_ser.serialize_field("object", v)?;
        }
        if let Some(v) = self.document.as_ref() {
            struct_ser.serialize_field("document", v)?;
        }
        if let Some(v) = self.chunks.as_ref() {
            struct_ser.serialize_field("chunks", v)?;
        }
        if let Some(v) = self.sidecar.as_ref() {
            struct_ser.serialize_field("sidecar", v)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for IndexKeywordsRequest {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "collection",
            "object",
            "document",
            "chunks",
            "sidecar",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Collection,
            Object,
            Document,
            Chunks,
            Sidecar,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "collection" => Ok(GeneratedField::Collection),
                            "object" => Ok(GeneratedField::Object),
                            "document" => Ok(GeneratedField::Document),
                            "chunks" => Ok(GeneratedField::Chunks),
                            "sidecar" => Ok(GeneratedField::Sidecar),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = IndexKeywordsRequest;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct cueline.v1.IndexKeywordsRequest")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<IndexKeywordsRequest, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut collection__ = None;
                let mut object__ = None;
                let mut document__ = None;
                let mut chunks__ = None;
                let mut sidecar__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Collection => {
                            if collection__.is_some() {
                                return Err(serde::de::Error::duplicate_field("collection"));
                            }
                            collection__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Object => {
                            if object__.is_some() {
                                return Err(serde::de::Error::duplicate_field("object"));
                            }
                            object__ = map_.next_value()?;
                        }
                        GeneratedField::Document => {
                            if document__.is_some() {
                                return Err(serde::de::Error::duplicate_field("document"));
                            }
                            document__ = map_.next_value()?;
                        }
                        GeneratedField::Chunks => {
                            if chunks__.is_some() {
                                return Err(serde::de::Error::duplicate_field("chunks"));
                            }
                            chunks__ = map_.next_value()?;
                        }
                        GeneratedField::Sidecar => {
                            if sidecar__.is_some() {
                                return Err(serde::de::Error::duplicate_field("sidecar"));
                            }
                            sidecar__ = map_.next_value()?;
                        }
                    }
                }
                Ok(IndexKeywordsRequest {
                    collection: collection__.unwrap_or_default(),
                    object: object__,
                    document: document__,
                    chunks: chunks__,
                    sidecar: sidecar__,
                })
            }
        }
        deserializer.deserialize_struct("cueline.v1.IndexKeywordsRequest", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for IndexVectorsReply {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.vectors != 0 {
            len += 1;
        }
        if self.live {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("cueline.v1.IndexVectorsReply", len)?;
        if self.vectors != 0 {
            struct_ser.serialize_field("vectors", &self.vectors)?;
        }
        if self.live {
            struct_ser.serialize_field("live", &self.live)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for IndexVectorsReply {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "vectors",
            "live",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Vectors,
            Live,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "vectors" => Ok(GeneratedField::Vectors),
                            "live" => Ok(GeneratedField::Live),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = IndexVectorsReply;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct cueline.v1.IndexVectorsReply")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<IndexVectorsReply, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut vectors__ = None;
                let mut live__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Vectors => {
                            if vectors__.is_some() {
                                return Err(serde::de::Error::duplicate_field("vectors"));
                            }
                            vectors__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Live => {
                            if live__.is_some() {
                                return Err(serde::de::Error::duplicate_field("live"));
                            }
                            live__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(IndexVectorsReply {
                    vectors: vectors__.unwrap_or_default(),
                    live: live__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("cueline.v1.IndexVectorsReply", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for IndexVectorsRequest {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.collection.is_empty() {
            len += 1;
        }
        if self.object.is_some() {
            len += 1;
        }
        if self.chunks.is_some() {
            len += 1;
        }
        if !self.batches.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("cueline.v1.IndexVectorsRequest", len)?;
        if !self.collection.is_empty() {
            struct_ser.serialize_field("collection", &self.collection)?;
        }
        if let Some(v) = self.object.as_ref() {
            struct_ser.serialize_field("object", v)?;
        }
        if let Some(v) = self.chunks.as_ref() {
            struct_ser.serialize_field("chunks", v)?;
        }
        if !self.batches.is_empty() {
            struct_ser.serialize_field("batches", &self.batches)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for IndexVectorsRequest {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "collection",
            "object",
            "chunks",
            "batches",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Collection,
            Object,
            Chunks,
            Batches,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "collection" => Ok(GeneratedField::Collection),
                            "object" => Ok(GeneratedField::Object),
                            "chunks" => Ok(GeneratedField::Chunks),
                            "batches" => Ok(GeneratedField::Batches),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = IndexVectorsRequest;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct cueline.v1.IndexVectorsRequest")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<IndexVectorsRequest, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut collection__ = None;
                let mut object__ = None;
                let mut chunks__ = None;
                let mut batches__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Collection => {
                            if collection__.is_some() {
                                return Err(serde::de::Error::duplicate_field("collection"));
                            }
                            collection__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Object => {
                            if object__.is_some() {
                                return Err(serde::de::Error::duplicate_field("object"));
                            }
                            object__ = map_.next_value()?;
                        }
                        GeneratedField::Chunks => {
                            if chunks__.is_some() {
                                return Err(serde::de::Error::duplicate_field("chunks"));
                            }
                            chunks__ = map_.next_value()?;
                        }
                        GeneratedField::Batches => {
                            if batches__.is_some() {
                                return Err(serde::de::Error::duplicate_field("batches"));
                            }
                            batches__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(IndexVectorsRequest {
                    collection: collection__.unwrap_or_default(),
                    object: object__,
                    chunks: chunks__,
                    batches: batches__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("cueline.v1.IndexVectorsRequest", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for InvokeFunctionReply {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.payload.is_some() {
            len += 1;
        }
        if !self.executed_version.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("cueline.v1.InvokeFunctionReply", len)?;
        if let Some(v) = self.payload.as_ref() {
            struct_ser.serialize_field("Payload", v)?;
        }
        if !self.executed_version.is_empty() {
            struct_ser.serialize_field("ExecutedVersion", &self.executed_version)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for InvokeFunctionReply {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "payload",
            "Payload",
            "executed_version",
            "ExecutedVersion",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Payload,
            ExecutedVersion,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "Payload" | "payload" => Ok(GeneratedField::Payload),
                            "ExecutedVersion" | "executed_version" => Ok(GeneratedField::ExecutedVersion),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = InvokeFunctionReply;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct cueline.v1.InvokeFunctionReply")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<InvokeFunctionReply, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut payload__ = None;
                let mut executed_version__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Payload => {
                            if payload__.is_some() {
                                return Err(serde::de::Error::duplicate_field("Payload"));
                            }
                            payload__ = map_.next_value()?;
                        }
                        GeneratedField::ExecutedVersion => {
                            if executed_version__.is_some() {
                                return Err(serde::de::Error::duplicate_field("ExecutedVersion"));
                            }
                            executed_version__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(InvokeFunctionReply {
                    payload: payload__,
                    executed_version: executed_version__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("cueline.v1.InvokeFunctionReply", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for InvokeFunctionRequest {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.function_name.is_empty() {
            len += 1;
        }
        if self.payload.is_some() {
            len += 1;
        }
        if !self.qualifier.is_empty() {
            len += 1;
        }
        if !self.invocation_type.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("cueline.v1.InvokeFunctionRequest", len)?;
        if !self.function_name.is_empty() {
            struct_ser.serialize_field("FunctionName", &self.function_name)?;
        }
        if let Some(v) = self.payload.as_ref() {
            struct_ser.serialize_field("Payload", v)?;
        }
        if !self.qualifier.is_empty() {
            struct_ser.serialize_field("Qualifier", &self.qualifier)?;
        }
        if !self.invocation_type.is_empty() {
            struct_ser.serialize_field("InvocationType", &self.invocation_type)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for InvokeFunctionRequest {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "function_name",
            "FunctionName",
            "payload",
            "Payload",
            "qualifier",
            "Qualifier",
            "invocation_type",
            "InvocationType",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            FunctionName,
            Payload,
            Qualifier,
            InvocationType,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "FunctionName" | "function_name" => Ok(GeneratedField::FunctionName),
                            "Payload" | "payload" => Ok(GeneratedField::Payload),
                            "Qualifier" | "qualifier" => Ok(GeneratedField::Qualifier),
                            "InvocationType" | "invocation_type" => Ok(GeneratedField::InvocationType),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = InvokeFunctionRequest;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct cueline.v1.InvokeFunctionRequest")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<InvokeFunctionRequest, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut function_name__ = None;
                let mut payload__ = None;
                let mut qualifier__ = None;
                let mut invocation_type__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::FunctionName => {
                            if function_name__.is_some() {
                                return Err(serde::de::Error::duplicate_field("FunctionName"));
                            }
                            function_name__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Payload => {
                            if payload__.is_some() {
                                return Err(serde::de::Error::duplicate_field("Payload"));
                            }
                            payload__ = map_.next_value()?;
                        }
                        GeneratedField::Qualifier => {
                            if qualifier__.is_some() {
                                return Err(serde::de::Error::duplicate_field("Qualifier"));
                            }
                            qualifier__ = Some(map_.next_value()?);
                        }
                        GeneratedField::InvocationType => {
                            if invocation_type__.is_some() {
                                return Err(serde::de::Error::duplicate_field("InvocationType"));
                            }
                            invocation_type__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(InvokeFunctionRequest {
                    function_name: function_name__.unwrap_or_default(),
                    payload: payload__,
                    qualifier: qualifier__.unwrap_or_default(),
                    invocation_type: invocation_type__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("cueline.v1.InvokeFunctionRequest", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for Items {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.at.is_some() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("cueline.v1.Items", len)?;
        if let Some(v) = self.at.as_ref() {
            match v {
                items::At::Input(v) => {
                    struct_ser.serialize_field("input", v)?;
                }
                items::At::Result(v) => {
                    struct_ser.serialize_field("result", v)?;
                }
                items::At::Value(v) => {
                    struct_ser.serialize_field("value", v)?;
                }
            }
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for Items {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "input",
            "result",
            "value",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Input,
            Result,
            Value,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "input" => Ok(GeneratedField::Input),
                            "result" => Ok(GeneratedField::Result),
                            "value" => Ok(GeneratedField::Value),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = Items;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct cueline.v1.Items")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<Items, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut at__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Input => {
                            if at__.is_some() {
                                return Err(serde::de::Error::duplicate_field("input"));
                            }
                            at__ = map_.next_value::<::std::option::Option<_>>()?.map(items::At::Input);
                        }
                        GeneratedField::Result => {
                            if at__.is_some() {
                                return Err(serde::de::Error::duplicate_field("result"));
                            }
                            at__ = map_.next_value::<::std::option::Option<_>>()?.map(items::At::Result);
                        }
                        GeneratedField::Value => {
                            if at__.is_some() {
                                return Err(serde::de::Error::duplicate_field("value"));
                            }
                            at__ = map_.next_value::<::std::option::Option<_>>()?.map(items::At::Value)
;
                        }
                    }
                }
                Ok(Items {
                    at: at__,
                })
            }
        }
        deserializer.deserialize_struct("cueline.v1.Items", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for NoopReply {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.value.is_some() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("cueline.v1.NoopReply", len)?;
        if let Some(v) = self.value.as_ref() {
            struct_ser.serialize_field("value", v)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for NoopReply {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "value",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Value,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "value" => Ok(GeneratedField::Value),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = NoopReply;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct cueline.v1.NoopReply")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<NoopReply, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut value__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Value => {
                            if value__.is_some() {
                                return Err(serde::de::Error::duplicate_field("value"));
                            }
                            value__ = map_.next_value()?;
                        }
                    }
                }
                Ok(NoopReply {
                    value: value__,
                })
            }
        }
        deserializer.deserialize_struct("cueline.v1.NoopReply", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for NoopRequest {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.value.is_some() {
            len += 1;
        }
        if self.delay_ms != 0 {
            len += 1;
        }
        if !self.fail_with.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("cueline.v1.NoopRequest", len)?;
        if let Some(v) = self.value.as_ref() {
            struct_ser.serialize_field("value", v)?;
        }
        if self.delay_ms != 0 {
            struct_ser.serialize_field("delayMs", &self.delay_ms)?;
        }
        if !self.fail_with.is_empty() {
            struct_ser.serialize_field("failWith", &self.fail_with)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for NoopRequest {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "value",
            "delay_ms",
            "delayMs",
            "fail_with",
            "failWith",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Value,
            DelayMs,
            FailWith,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "value" => Ok(GeneratedField::Value),
                            "delayMs" | "delay_ms" => Ok(GeneratedField::DelayMs),
                            "failWith" | "fail_with" => Ok(GeneratedField::FailWith),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = NoopRequest;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct cueline.v1.NoopRequest")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<NoopRequest, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut value__ = None;
                let mut delay_ms__ = None;
                let mut fail_with__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Value => {
                            if value__.is_some() {
                                return Err(serde::de::Error::duplicate_field("value"));
                            }
                            value__ = map_.next_value()?;
                        }
                        GeneratedField::DelayMs => {
                            if delay_ms__.is_some() {
                                return Err(serde::de::Error::duplicate_field("delayMs"));
                            }
                            delay_ms__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::FailWith => {
                            if fail_with__.is_some() {
                                return Err(serde::de::Error::duplicate_field("failWith"));
                            }
                            fail_with__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(NoopRequest {
                    value: value__,
                    delay_ms: delay_ms__.unwrap_or_default(),
                    fail_with: fail_with__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("cueline.v1.NoopRequest", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for ObjectVersion {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.bucket.is_empty() {
            len += 1;
        }
        if !self.key.is_empty() {
            len += 1;
        }
        if !self.version.is_empty() {
            len += 1;
        }
        if self.size != 0 {
            len += 1;
        }
        if !self.observation.is_empty() {
            len += 1;
        }
        if self.sequence != 0 {
            len += 1;
        }
        if self.sidecar.is_some() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("cueline.v1.ObjectVersion", len)?;
        if !self.bucket.is_empty() {
            struct_ser.serialize_field("bucket", &self.bucket)?;
        }
        if !self.key.is_empty() {
            struct_ser.serialize_field("key", &self.key)?;
        }
        if !self.version.is_empty() {
            struct_ser.serialize_field("version", &self.version)?;
        }
        if self.size != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("size", ToString::to_string(&self.size).as_str())?;
        }
        if !self.observation.is_empty() {
            struct_ser.serialize_field("observation", &self.observation)?;
        }
        if self.sequence != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("sequence", ToString::to_string(&self.sequence).as_str())?;
        }
        if let Some(v) = self.sidecar.as_ref() {
            struct_ser.serialize_field("sidecar", v)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for ObjectVersion {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "bucket",
            "key",
            "version",
            "size",
            "observation",
            "sequence",
            "sidecar",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Bucket,
            Key,
            Version,
            Size,
            Observation,
            Sequence,
            Sidecar,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "bucket" => Ok(GeneratedField::Bucket),
                            "key" => Ok(GeneratedField::Key),
                            "version" => Ok(GeneratedField::Version),
                            "size" => Ok(GeneratedField::Size),
                            "observation" => Ok(GeneratedField::Observation),
                            "sequence" => Ok(GeneratedField::Sequence),
                            "sidecar" => Ok(GeneratedField::Sidecar),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = ObjectVersion;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct cueline.v1.ObjectVersion")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<ObjectVersion, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut bucket__ = None;
                let mut key__ = None;
                let mut version__ = None;
                let mut size__ = None;
                let mut observation__ = None;
                let mut sequence__ = None;
                let mut sidecar__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Bucket => {
                            if bucket__.is_some() {
                                return Err(serde::de::Error::duplicate_field("bucket"));
                            }
                            bucket__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Key => {
                            if key__.is_some() {
                                return Err(serde::de::Error::duplicate_field("key"));
                            }
                            key__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Version => {
                            if version__.is_some() {
                                return Err(serde::de::Error::duplicate_field("version"));
                            }
                            version__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Size => {
                            if size__.is_some() {
                                return Err(serde::de::Error::duplicate_field("size"));
                            }
                            size__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Observation => {
                            if observation__.is_some() {
                                return Err(serde::de::Error::duplicate_field("observation"));
                            }
                            observation__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Sequence => {
                            if sequence__.is_some() {
                                return Err(serde::de::Error::duplicate_field("sequence"));
                            }
                            sequence__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Sidecar => {
                            if sidecar__.is_some() {
                                return Err(serde::de::Error::duplicate_field("sidecar"));
                            }
                            sidecar__ = map_.next_value()?;
                        }
                    }
                }
                Ok(ObjectVersion {
                    bucket: bucket__.unwrap_or_default(),
                    key: key__.unwrap_or_default(),
                    version: version__.unwrap_or_default(),
                    size: size__.unwrap_or_default(),
                    observation: observation__.unwrap_or_default(),
                    sequence: sequence__.unwrap_or_default(),
                    sidecar: sidecar__,
                })
            }
        }
        deserializer.deserialize_struct("cueline.v1.ObjectVersion", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for ParseReply {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.document.is_some() {
            len += 1;
        }
        if !self.media_type.is_empty() {
            len += 1;
        }
        if !self.parser.is_empty() {
            len += 1;
        }
        if self.pages != 0 {
            len += 1;
        }
        if self.text_bytes != 0 {
            len += 1;
        }
        if !self.warnings.is_empty() {
            len += 1;
        }
        if self.reused {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("cueline.v1.ParseReply", len)?;
        if let Some(v) = self.document.as_ref() {
            struct_ser.serialize_field("document", v)?;
        }
        if !self.media_type.is_empty() {
            struct_ser.serialize_field("mediaType", &self.media_type)?;
        }
        if !self.parser.is_empty() {
            struct_ser.serialize_field("parser", &self.parser)?;
        }
        if self.pages != 0 {
            struct_ser.serialize_field("pages", &self.pages)?;
        }
        if self.text_bytes != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("textBytes", ToString::to_string(&self.text_bytes).as_str())?;
        }
        if !self.warnings.is_empty() {
            struct_ser.serialize_field("warnings", &self.warnings)?;
        }
        if self.reused {
            struct_ser.serialize_field("reused", &self.reused)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for ParseReply {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "document",
            "media_type",
            "mediaType",
            "parser",
            "pages",
            "text_bytes",
            "textBytes",
            "warnings",
            "reused",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Document,
            MediaType,
            Parser,
            Pages,
            TextBytes,
            Warnings,
            Reused,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "document" => Ok(GeneratedField::Document),
                            "mediaType" | "media_type" => Ok(GeneratedField::MediaType),
                            "parser" => Ok(GeneratedField::Parser),
                            "pages" => Ok(GeneratedField::Pages),
                            "textBytes" | "text_bytes" => Ok(GeneratedField::TextBytes),
                            "warnings" => Ok(GeneratedField::Warnings),
                            "reused" => Ok(GeneratedField::Reused),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = ParseReply;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct cueline.v1.ParseReply")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<ParseReply, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut document__ = None;
                let mut media_type__ = None;
                let mut parser__ = None;
                let mut pages__ = None;
                let mut text_bytes__ = None;
                let mut warnings__ = None;
                let mut reused__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Document => {
                            if document__.is_some() {
                                return Err(serde::de::Error::duplicate_field("document"));
                            }
                            document__ = map_.next_value()?;
                        }
                        GeneratedField::MediaType => {
                            if media_type__.is_some() {
                                return Err(serde::de::Error::duplicate_field("mediaType"));
                            }
                            media_type__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Parser => {
                            if parser__.is_some() {
                                return Err(serde::de::Error::duplicate_field("parser"));
                            }
                            parser__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Pages => {
                            if pages__.is_some() {
                                return Err(serde::de::Error::duplicate_field("pages"));
                            }
                            pages__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::TextBytes => {
                            if text_bytes__.is_some() {
                                return Err(serde::de::Error::duplicate_field("textBytes"));
                            }
                            text_bytes__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Warnings => {
                            if warnings__.is_some() {
                                return Err(serde::de::Error::duplicate_field("warnings"));
                            }
                            warnings__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Reused => {
                            if reused__.is_some() {
                                return Err(serde::de::Error::duplicate_field("reused"));
                            }
                            reused__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(ParseReply {
                    document: document__,
                    media_type: media_type__.unwrap_or_default(),
                    parser: parser__.unwrap_or_default(),
                    pages: pages__.unwrap_or_default(),
                    text_bytes: text_bytes__.unwrap_or_default(),
                    warnings: warnings__.unwrap_or_default(),
                    reused: reused__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("cueline.v1.ParseReply", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for ParseRequest {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.collection.is_empty() {
            len += 1;
        }
        if self.object.is_some() {
            len += 1;
        }
        if self.content.is_some() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("cueline.v1.ParseRequest", len)?;
        if !self.collection.is_empty() {
            struct_ser.serialize_field("collection", &self.collection)?;
        }
        if let Some(v) = self.object.as_ref() {
            struct_ser.serialize_field("object", v)?;
        }
        if let Some(v) = self.content.as_ref() {
            struct_ser.serialize_field("content", v)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for ParseRequest {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "collection",
            "object",
            "content",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Collection,
            Object,
            Content,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "collection" => Ok(GeneratedField::Collection),
                            "object" => Ok(GeneratedField::Object),
                            "content" => Ok(GeneratedField::Content),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = ParseRequest;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct cueline.v1.ParseRequest")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<ParseRequest, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut collection__ = None;
                let mut object__ = None;
                let mut content__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Collection => {
                            if collection__.is_some() {
                                return Err(serde::de::Error::duplicate_field("collection"));
                            }
                            collection__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Object => {
                            if object__.is_some() {
                                return Err(serde::de::Error::duplicate_field("object"));
                            }
                            object__ = map_.next_value()?;
                        }
                        GeneratedField::Content => {
                            if content__.is_some() {
                                return Err(serde::de::Error::duplicate_field("content"));
                            }
                            content__ = map_.next_value()?;
                        }
                    }
                }
                Ok(ParseRequest {
                    collection: collection__.unwrap_or_default(),
                    object: object__,
                    content: content__,
                })
            }
        }
        deserializer.deserialize_struct("cueline.v1.ParseRequest", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for Passage {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.chunk.is_empty() {
            len += 1;
        }
        if !self.document.is_empty() {
            len += 1;
        }
        if !self.version.is_empty() {
            len += 1;
        }
        if !self.title.is_empty() {
            len += 1;
        }
        if !self.headings.is_empty() {
            len += 1;
        }
        if self.page != 0 {
            len += 1;
        }
        if self.start != 0 {
            len += 1;
        }
        if self.end != 0 {
            len += 1;
        }
        if self.score != 0. {
            len += 1;
        }
        if self.source.is_some() {
            len += 1;
        }
        if self.similarity != 0. {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("cueline.v1.Passage", len)?;
        if !self.chunk.is_empty() {
            struct_ser.serialize_field("chunk", &self.chunk)?;
        }
        if !self.document.is_empty() {
            struct_ser.serialize_field("document", &self.document)?;
        }
        if !self.version.is_empty() {
            struct_ser.serialize_field("version", &self.version)?;
        }
        if !self.title.is_empty() {
            struct_ser.serialize_field("title", &self.title)?;
        }
        if !self.headings.is_empty() {
            struct_ser.serialize_field("headings", &self.headings)?;
        }
        if self.page != 0 {
            struct_ser.serialize_field("page", &self.page)?;
        }
        if self.start != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("start", ToString::to_string(&self.start).as_str())?;
        }
        if self.end != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("end", ToString::to_string(&self.end).as_str())?;
        }
        if self.score != 0. {
            struct_ser.serialize_field("score", &self.score)?;
        }
        if let Some(v) = self.source.as_ref() {
            struct_ser.serialize_field("source", v)?;
        }
        if self.similarity != 0. {
            struct_ser.serialize_field("similarity", &self.similarity)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for Passage {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "chunk",
            "document",
            "version",
            "title",
            "headings",
            "page",
            "start",
            "end",
            "score",
            "source",
            "similarity",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Chunk,
            Document,
            Version,
            Title,
            Headings,
            Page,
            Start,
            End,
            Score,
            Source,
            Similarity,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "chunk" => Ok(GeneratedField::Chunk),
                            "document" => Ok(GeneratedField::Document),
                            "version" => Ok(GeneratedField::Version),
                            "title" => Ok(GeneratedField::Title),
                            "headings" => Ok(GeneratedField::Headings),
                            "page" => Ok(GeneratedField::Page),
                            "start" => Ok(GeneratedField::Start),
                            "end" => Ok(GeneratedField::End),
                            "score" => Ok(GeneratedField::Score),
                            "source" => Ok(GeneratedField::Source),
                            "similarity" => Ok(GeneratedField::Similarity),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = Passage;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct cueline.v1.Passage")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<Passage, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut chunk__ = None;
                let mut document__ = None;
                let mut version__ = None;
                let mut title__ = None;
                let mut headings__ = None;
                let mut page__ = None;
                let mut start__ = None;
                let mut end__ = None;
                let mut score__ = None;
                let mut source__ = None;
                let mut similarity__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Chunk => {
                            if chunk__.is_some() {
                                return Err(serde::de::Error::duplicate_field("chunk"));
                            }
                            chunk__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Document => {
                            if document__.is_some() {
                                return Err(serde::de::Error::duplicate_field("document"));
                            }
                            document__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Version => {
                            if version__.is_some() {
                                return Err(serde::de::Error::duplicate_field("version"));
                            }
                            version__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Title => {
                            if title__.is_some() {
                                return Err(serde::de::Error::duplicate_field("title"));
                            }
                            title__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Headings => {
                            if headings__.is_some() {
                                return Err(serde::de::Error::duplicate_field("headings"));
                            }
                            headings__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Page => {
                            if page__.is_some() {
                                return Err(serde::de::Error::duplicate_field("page"));
                            }
                            page__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Start => {
                            if start__.is_some() {
                                return Err(serde::de::Error::duplicate_field("start"));
                            }
                            start__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::End => {
                            if end__.is_some() {
                                return Err(serde::de::Error::duplicate_field("end"));
                            }
                            end__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Score => {
                            if score__.is_some() {
                                return Err(serde::de::Error::duplicate_field("score"));
                            }
                            score__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Source => {
                            if source__.is_some() {
                                return Err(serde::de::Error::duplicate_field("source"));
                            }
                            source__ = map_.next_value()?;
                        }
                        GeneratedField::Similarity => {
                            if similarity__.is_some() {
                                return Err(serde::de::Error::duplicate_field("similarity"));
                            }
                            similarity__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                    }
                }
                Ok(Passage {
                    chunk: chunk__.unwrap_or_default(),
                    document: document__.unwrap_or_default(),
                    version: version__.unwrap_or_default(),
                    title: title__.unwrap_or_default(),
                    headings: headings__.unwrap_or_default(),
                    page: page__.unwrap_or_default(),
                    start: start__.unwrap_or_default(),
                    end: end__.unwrap_or_default(),
                    score: score__.unwrap_or_default(),
                    source: source__,
                    similarity: similarity__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("cueline.v1.Passage", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for Payload {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.body.is_some() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("cueline.v1.Payload", len)?;
        if let Some(v) = self.body.as_ref() {
            match v {
                payload::Body::Json(v) => {
                    #[allow(clippy::needless_borrow)]
                    #[allow(clippy::needless_borrows_for_generic_args)]
                    struct_ser.serialize_field("json", pbjson::private::base64::encode(&v).as_str())?;
                }
                payload::Body::Ref(v) => {
                    struct_ser.serialize_field("ref", v)?;
                }
            }
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for Payload {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "json",
            "ref",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Json,
            Ref,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "json" => Ok(GeneratedField::Json),
                            "ref" => Ok(GeneratedField::Ref),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = Payload;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct cueline.v1.Payload")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<Payload, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut body__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Json => {
                            if body__.is_some() {
                                return Err(serde::de::Error::duplicate_field("json"));
                            }
                            body__ = map_.next_value::<::std::option::Option<::pbjson::private::BytesDeserialize<_>>>()?.map(|x| payload::Body::Json(x.0));
                        }
                        GeneratedField::Ref => {
                            if body__.is_some() {
                                return Err(serde::de::Error::duplicate_field("ref"));
                            }
                            body__ = map_.next_value::<::std::option::Option<_>>()?.map(payload::Body::Ref)
;
                        }
                    }
                }
                Ok(Payload {
                    body: body__,
                })
            }
        }
        deserializer.deserialize_struct("cueline.v1.Payload", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for PayloadRef {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.hash.is_empty() {
            len += 1;
        }
        if self.size != 0 {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("cueline.v1.PayloadRef", len)?;
        if !self.hash.is_empty() {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("hash", pbjson::private::base64::encode(&self.hash).as_str())?;
        }
        if self.size != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("size", ToString::to_string(&self.size).as_str())?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for PayloadRef {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "hash",
            "size",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Hash,
            Size,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "hash" => Ok(GeneratedField::Hash),
                            "size" => Ok(GeneratedField::Size),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = PayloadRef;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct cueline.v1.PayloadRef")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<PayloadRef, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut hash__ = None;
                let mut size__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Hash => {
                            if hash__.is_some() {
                                return Err(serde::de::Error::duplicate_field("hash"));
                            }
                            hash__ = 
                                Some(map_.next_value::<::pbjson::private::BytesDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Size => {
                            if size__.is_some() {
                                return Err(serde::de::Error::duplicate_field("size"));
                            }
                            size__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                    }
                }
                Ok(PayloadRef {
                    hash: hash__.unwrap_or_default(),
                    size: size__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("cueline.v1.PayloadRef", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for Purpose {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        let variant = match self {
            Self::Work => "PURPOSE_WORK",
            Self::ReadItems => "PURPOSE_READ_ITEMS",
            Self::WriteResults => "PURPOSE_WRITE_RESULTS",
        };
        serializer.serialize_str(variant)
    }
}
impl<'de> serde::Deserialize<'de> for Purpose {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "PURPOSE_WORK",
            "PURPOSE_READ_ITEMS",
            "PURPOSE_WRITE_RESULTS",
        ];

        struct GeneratedVisitor;

        impl serde::de::Visitor<'_> for GeneratedVisitor {
            type Value = Purpose;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(formatter, "expected one of: {:?}", &FIELDS)
            }

            fn visit_i64<E>(self, v: i64) -> std::result::Result<Self::Value, E>
            where
                E: serde::de::Error,
            {
                i32::try_from(v)
                    .ok()
                    .and_then(|x| x.try_into().ok())
                    .ok_or_else(|| {
                        serde::de::Error::invalid_value(serde::de::Unexpected::Signed(v), &self)
                    })
            }

            fn visit_u64<E>(self, v: u64) -> std::result::Result<Self::Value, E>
            where
                E: serde::de::Error,
            {
                i32::try_from(v)
                    .ok()
                    .and_then(|x| x.try_into().ok())
                    .ok_or_else(|| {
                        serde::de::Error::invalid_value(serde::de::Unexpected::Unsigned(v), &self)
                    })
            }

            fn visit_str<E>(self, value: &str) -> std::result::Result<Self::Value, E>
            where
                E: serde::de::Error,
            {
                match value {
                    "PURPOSE_WORK" => Ok(Purpose::Work),
                    "PURPOSE_READ_ITEMS" => Ok(Purpose::ReadItems),
                    "PURPOSE_WRITE_RESULTS" => Ok(Purpose::WriteResults),
                    _ => Err(serde::de::Error::unknown_variant(value, FIELDS)),
                }
            }
        }
        deserializer.deserialize_any(GeneratedVisitor)
    }
}
impl serde::Serialize for RemoveReply {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.removed {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("cueline.v1.RemoveReply", len)?;
        if self.removed {
            struct_ser.serialize_field("removed", &self.removed)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for RemoveReply {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "removed",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Removed,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "removed" => Ok(GeneratedField::Removed),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = RemoveReply;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct cueline.v1.RemoveReply")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<RemoveReply, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut removed__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Removed => {
                            if removed__.is_some() {
                                return Err(serde::de::Error::duplicate_field("removed"));
                            }
                            removed__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(RemoveReply {
                    removed: removed__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("cueline.v1.RemoveReply", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for RemoveRequest {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.collection.is_empty() {
            len += 1;
        }
        if self.object.is_some() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("cueline.v1.RemoveRequest", len)?;
        if !self.collection.is_empty() {
            struct_ser.serialize_field("collection", &self.collection)?;
        }
        if let Some(v) = self.object.as_ref() {
            struct_ser.serialize_field("object", v)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for RemoveRequest {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "collection",
            "object",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Collection,
            Object,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "collection" => Ok(GeneratedField::Collection),
                            "object" => Ok(GeneratedField::Object),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = RemoveRequest;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct cueline.v1.RemoveRequest")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<RemoveRequest, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut collection__ = None;
                let mut object__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Collection => {
                            if collection__.is_some() {
                                return Err(serde::de::Error::duplicate_field("collection"));
                            }
                            collection__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Object => {
                            if object__.is_some() {
                                return Err(serde::de::Error::duplicate_field("object"));
                            }
                            object__ = map_.next_value()?;
                        }
                    }
                }
                Ok(RemoveRequest {
                    collection: collection__.unwrap_or_default(),
                    object: object__,
                })
            }
        }
        deserializer.deserialize_struct("cueline.v1.RemoveRequest", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for ReplyTo {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.target.is_some() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("cueline.v1.ReplyTo", len)?;
        if let Some(v) = self.target.as_ref() {
            match v {
                reply_to::Target::Execution(v) => {
                    struct_ser.serialize_field("execution", v)?;
                }
                reply_to::Target::StepFunctionsTaskToken(v) => {
                    struct_ser.serialize_field("stepFunctionsTaskToken", v)?;
                }
            }
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for ReplyTo {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "execution",
            "step_functions_task_token",
            "stepFunctionsTaskToken",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Execution,
            StepFunctionsTaskToken,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "execution" => Ok(GeneratedField::Execution),
                            "stepFunctionsTaskToken" | "step_functions_task_token" => Ok(GeneratedField::StepFunctionsTaskToken),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = ReplyTo;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct cueline.v1.ReplyTo")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<ReplyTo, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut target__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Execution => {
                            if target__.is_some() {
                                return Err(serde::de::Error::duplicate_field("execution"));
                            }
                            target__ = map_.next_value::<::std::option::Option<_>>()?.map(reply_to::Target::Execution);
                        }
                        GeneratedField::StepFunctionsTaskToken => {
                            if target__.is_some() {
                                return Err(serde::de::Error::duplicate_field("stepFunctionsTaskToken"));
                            }
                            target__ = map_.next_value::<::std::option::Option<_>>()?.map(reply_to::Target::StepFunctionsTaskToken);
                        }
                    }
                }
                Ok(ReplyTo {
                    target: target__,
                })
            }
        }
        deserializer.deserialize_struct("cueline.v1.ReplyTo", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for RetrieveReply {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.passages.is_empty() {
            len += 1;
        }
        if !self.mode.is_empty() {
            len += 1;
        }
        if !self.notes.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("cueline.v1.RetrieveReply", len)?;
        if !self.passages.is_empty() {
            struct_ser.serialize_field("passages", &self.passages)?;
        }
        if !self.mode.is_empty() {
            struct_ser.serialize_field("mode", &self.mode)?;
        }
        if !self.notes.is_empty() {
            struct_ser.serialize_field("notes", &self.notes)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for RetrieveReply {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "passages",
            "mode",
            "notes",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Passages,
            Mode,
            Notes,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "passages" => Ok(GeneratedField::Passages),
                            "mode" => Ok(GeneratedField::Mode),
                            "notes" => Ok(GeneratedField::Notes),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = RetrieveReply;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct cueline.v1.RetrieveReply")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<RetrieveReply, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut passages__ = None;
                let mut mode__ = None;
                let mut notes__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Passages => {
                            if passages__.is_some() {
                                return Err(serde::de::Error::duplicate_field("passages"));
                            }
                            passages__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Mode => {
                            if mode__.is_some() {
                                return Err(serde::de::Error::duplicate_field("mode"));
                            }
                            mode__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Notes => {
                            if notes__.is_some() {
                                return Err(serde::de::Error::duplicate_field("notes"));
                            }
                            notes__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(RetrieveReply {
                    passages: passages__.unwrap_or_default(),
                    mode: mode__.unwrap_or_default(),
                    notes: notes__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("cueline.v1.RetrieveReply", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for RetrieveRequest {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.collection.is_empty() {
            len += 1;
        }
        if !self.question.is_empty() {
            len += 1;
        }
        if !self.groups.is_empty() {
            len += 1;
        }
        if self.filter.is_some() {
            len += 1;
        }
        if self.limit.is_some() {
            len += 1;
        }
        if !self.mode.is_empty() {
            len += 1;
        }
        if !self.tenant.is_empty() {
            len += 1;
        }
        if !self.model.is_empty() {
            len += 1;
        }
        if self.strict {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("cueline.v1.RetrieveRequest", len)?;
        if !self.collection.is_empty() {
            struct_ser.serialize_field("collection", &self.collection)?;
        }
        if !self.question.is_empty() {
            struct_ser.serialize_field("question", &self.question)?;
        }
        if !self.groups.is_empty() {
            struct_ser.serialize_field("groups", &self.groups)?;
        }
        if let Some(v) = self.filter.as_ref() {
            struct_ser.serialize_field("filter", v)?;
        }
        if let Some(v) = self.limit.as_ref() {
            struct_ser.serialize_field("limit", v)?;
        }
        if !self.mode.is_empty() {
            struct_ser.serialize_field("mode", &self.mode)?;
        }
        if !self.tenant.is_empty() {
            struct_ser.serialize_field("tenant", &self.tenant)?;
        }
        if !self.model.is_empty() {
            struct_ser.serialize_field("model", &self.model)?;
        }
        if self.strict {
            struct_ser.serialize_field("strict", &self.strict)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for RetrieveRequest {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "collection",
            "question",
            "groups",
            "filter",
            "limit",
            "mode",
            "tenant",
            "model",
            "strict",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Collection,
            Question,
            Groups,
            Filter,
            Limit,
            Mode,
            Tenant,
            Model,
            Strict,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "collection" => Ok(GeneratedField::Collection),
                            "question" => Ok(GeneratedField::Question),
                            "groups" => Ok(GeneratedField::Groups),
                            "filter" => Ok(GeneratedField::Filter),
                            "limit" => Ok(GeneratedField::Limit),
                            "mode" => Ok(GeneratedField::Mode),
                            "tenant" => Ok(GeneratedField::Tenant),
                            "model" => Ok(GeneratedField::Model),
                            "strict" => Ok(GeneratedField::Strict),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = RetrieveRequest;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct cueline.v1.RetrieveRequest")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<RetrieveRequest, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut collection__ = None;
                let mut question__ = None;
                let mut groups__ = None;
                let mut filter__ = None;
                let mut limit__ = None;
                let mut mode__ = None;
                let mut tenant__ = None;
                let mut model__ = None;
                let mut strict__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Collection => {
                            if collection__.is_some() {
                                return Err(serde::de::Error::duplicate_field("collection"));
                            }
                            collection__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Question => {
                            if question__.is_some() {
                                return Err(serde::de::Error::duplicate_field("question"));
                            }
                            question__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Groups => {
                            if groups__.is_some() {
                                return Err(serde::de::Error::duplicate_field("groups"));
                            }
                            groups__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Filter => {
                            if filter__.is_some() {
                                return Err(serde::de::Error::duplicate_field("filter"));
                            }
                            filter__ = map_.next_value()?;
                        }
                        GeneratedField::Limit => {
                            if limit__.is_some() {
                                return Err(serde::de::Error::duplicate_field("limit"));
                            }
                            limit__ = 
                                map_.next_value::<::std::option::Option<::pbjson::private::NumberDeserialize<_>>>()?.map(|x| x.0)
                            ;
                        }
                        GeneratedField::Mode => {
                            if mode__.is_some() {
                                return Err(serde::de::Error::duplicate_field("mode"));
                            }
                            mode__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Tenant => {
                            if tenant__.is_some() {
                                return Err(serde::de::Error::duplicate_field("tenant"));
                            }
                            tenant__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Model => {
                            if model__.is_some() {
                                return Err(serde::de::Error::duplicate_field("model"));
                            }
                            model__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Strict => {
                            if strict__.is_some() {
                                return Err(serde::de::Error::duplicate_field("strict"));
                            }
                            strict__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(RetrieveRequest {
                    collection: collection__.unwrap_or_default(),
                    question: question__.unwrap_or_default(),
                    groups: groups__.unwrap_or_default(),
                    filter: filter__,
                    limit: limit__,
                    mode: mode__.unwrap_or_default(),
                    tenant: tenant__.unwrap_or_default(),
                    model: model__.unwrap_or_default(),
                    strict: strict__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("cueline.v1.RetrieveRequest", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for RunStateMachineReply {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.execution_arn.is_empty() {
            len += 1;
        }
        if !self.state_machine_arn.is_empty() {
            len += 1;
        }
        if !self.name.is_empty() {
            len += 1;
        }
        if !self.status.is_empty() {
            len += 1;
        }
        if self.start_date != 0. {
            len += 1;
        }
        if self.stop_date != 0. {
            len += 1;
        }
        if self.output.is_some() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("cueline.v1.RunStateMachineReply", len)?;
        if !self.execution_arn.is_empty() {
            struct_ser.serialize_field("ExecutionArn", &self.execution_arn)?;
        }
        if !self.state_machine_arn.is_empty() {
            struct_ser.serialize_field("StateMachineArn", &self.state_machine_arn)?;
        }
        if !self.name.is_empty() {
            struct_ser.serialize_field("Name", &self.name)?;
        }
        if !self.status.is_empty() {
            struct_ser.serialize_field("Status", &self.status)?;
        }
        if self.start_date != 0. {
            struct_ser.serialize_field("StartDate", &self.start_date)?;
        }
        if self.stop_date != 0. {
            struct_ser.serialize_field("StopDate", &self.stop_date)?;
        }
        if let Some(v) = self.output.as_ref() {
            struct_ser.serialize_field("Output", v)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for RunStateMachineReply {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "execution_arn",
            "ExecutionArn",
            "state_machine_arn",
            "StateMachineArn",
            "name",
            "Name",
            "status",
            "Status",
            "start_date",
            "StartDate",
            "stop_date",
            "StopDate",
            "output",
            "Output",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            ExecutionArn,
            StateMachineArn,
            Name,
            Status,
            StartDate,
            StopDate,
            Output,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "ExecutionArn" | "execution_arn" => Ok(GeneratedField::ExecutionArn),
                            "StateMachineArn" | "state_machine_arn" => Ok(GeneratedField::StateMachineArn),
                            "Name" | "name" => Ok(GeneratedField::Name),
                            "Status" | "status" => Ok(GeneratedField::Status),
                            "StartDate" | "start_date" => Ok(GeneratedField::StartDate),
                            "StopDate" | "stop_date" => Ok(GeneratedField::StopDate),
                            "Output" | "output" => Ok(GeneratedField::Output),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = RunStateMachineReply;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct cueline.v1.RunStateMachineReply")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<RunStateMachineReply, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut execution_arn__ = None;
                let mut state_machine_arn__ = None;
                let mut name__ = None;
                let mut status__ = None;
                let mut start_date__ = None;
                let mut stop_date__ = None;
                let mut output__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::ExecutionArn => {
                            if execution_arn__.is_some() {
                                return Err(serde::de::Error::duplicate_field("ExecutionArn"));
                            }
                            execution_arn__ = Some(map_.next_value()?);
                        }
                        GeneratedField::StateMachineArn => {
                            if state_machine_arn__.is_some() {
                                return Err(serde::de::Error::duplicate_field("StateMachineArn"));
                            }
                            state_machine_arn__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Name => {
                            if name__.is_some() {
                                return Err(serde::de::Error::duplicate_field("Name"));
                            }
                            name__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Status => {
                            if status__.is_some() {
                                return Err(serde::de::Error::duplicate_field("Status"));
                            }
                            status__ = Some(map_.next_value()?);
                        }
                        GeneratedField::StartDate => {
                            if start_date__.is_some() {
                                return Err(serde::de::Error::duplicate_field("StartDate"));
                            }
                            start_date__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::StopDate => {
                            if stop_date__.is_some() {
                                return Err(serde::de::Error::duplicate_field("StopDate"));
                            }
                            stop_date__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Output => {
                            if output__.is_some() {
                                return Err(serde::de::Error::duplicate_field("Output"));
                            }
                            output__ = map_.next_value()?;
                        }
                    }
                }
                Ok(RunStateMachineReply {
                    execution_arn: execution_arn__.unwrap_or_default(),
                    state_machine_arn: state_machine_arn__.unwrap_or_default(),
                    name: name__.unwrap_or_default(),
                    status: status__.unwrap_or_default(),
                    start_date: start_date__.unwrap_or_default(),
                    stop_date: stop_date__.unwrap_or_default(),
                    output: output__,
                })
            }
        }
        deserializer.deserialize_struct("cueline.v1.RunStateMachineReply", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for S3ObjectChange {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.version.is_empty() {
            len += 1;
        }
        if self.bucket.is_some() {
            len += 1;
        }
        if self.object.is_some() {
            len += 1;
        }
        if !self.request_id.is_empty() {
            len += 1;
        }
        if !self.requester.is_empty() {
            len += 1;
        }
        if !self.source_ip_address.is_empty() {
            len += 1;
        }
        if !self.reason.is_empty() {
            len += 1;
        }
        if !self.deletion_type.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("cueline.v1.S3ObjectChange", len)?;
        if !self.version.is_empty() {
            struct_ser.serialize_field("version", &self.version)?;
        }
        if let Some(v) = self.bucket.as_ref() {
            struct_ser.serialize_field("bucket", v)?;
        }
        if let Some(v) = self.object.as_ref() {
            struct_ser.serialize_field("object", v)?;
        }
        if !self.request_id.is_empty() {
            struct_ser.serialize_field("request-id", &self.request_id)?;
        }
        if !self.requester.is_empty() {
            struct_ser.serialize_field("requester", &self.requester)?;
        }
        if !self.source_ip_address.is_empty() {
            struct_ser.serialize_field("source-ip-address", &self.source_ip_address)?;
        }
        if !self.reason.is_empty() {
            struct_ser.serialize_field("reason", &self.reason)?;
        }
        if !self.deletion_type.is_empty() {
            struct_ser.serialize_field("deletion-type", &self.deletion_type)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for S3ObjectChange {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "version",
            "bucket",
            "object",
            "request_id",
            "request-id",
            "requester",
            "source_ip_address",
            "source-ip-address",
            "reason",
            "deletion_type",
            "deletion-type",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Version,
            Bucket,
            Object,
            RequestId,
            Requester,
            SourceIpAddress,
            Reason,
            DeletionType,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "version" => Ok(GeneratedField::Version),
                            "bucket" => Ok(GeneratedField::Bucket),
                            "object" => Ok(GeneratedField::Object),
                            "request-id" | "request_id" => Ok(GeneratedField::RequestId),
                            "requester" => Ok(GeneratedField::Requester),
                            "source-ip-address" | "source_ip_address" => Ok(GeneratedField::SourceIpAddress),
                            "reason" => Ok(GeneratedField::Reason),
                            "deletion-type" | "deletion_type" => Ok(GeneratedField::DeletionType),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = S3ObjectChange;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct cueline.v1.S3ObjectChange")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<S3ObjectChange, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut version__ = None;
                let mut bucket__ = None;
                let mut object__ = None;
                let mut request_id__ = None;
                let mut requester__ = None;
                let mut source_ip_address__ = None;
                let mut reason__ = None;
                let mut deletion_type__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Version => {
                            if version__.is_some() {
                                return Err(serde::de::Error::duplicate_field("version"));
                            }
                            version__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Bucket => {
                            if bucket__.is_some() {
                                return Err(serde::de::Error::duplicate_field("bucket"));
                            }
                            bucket__ = map_.next_value()?;
                        }
                        GeneratedField::Object => {
                            if object__.is_some() {
                                return Err(serde::de::Error::duplicate_field("object"));
                            }
                            object__ = map_.next_value()?;
                        }
                        GeneratedField::RequestId => {
                            if request_id__.is_some() {
                                return Err(serde::de::Error::duplicate_field("request-id"));
                            }
                            request_id__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Requester => {
                            if requester__.is_some() {
                                return Err(serde::de::Error::duplicate_field("requester"));
                            }
                            requester__ = Some(map_.next_value()?);
                        }
                        GeneratedField::SourceIpAddress => {
                            if source_ip_address__.is_some() {
                                return Err(serde::de::Error::duplicate_field("source-ip-address"));
                            }
                            source_ip_address__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Reason => {
                            if reason__.is_some() {
                                return Err(serde::de::Error::duplicate_field("reason"));
                            }
                            reason__ = Some(map_.next_value()?);
                        }
                        GeneratedField::DeletionType => {
                            if deletion_type__.is_some() {
                                return Err(serde::de::Error::duplicate_field("deletion-type"));
                            }
                            deletion_type__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(S3ObjectChange {
                    version: version__.unwrap_or_default(),
                    bucket: bucket__,
                    object: object__,
                    request_id: request_id__.unwrap_or_default(),
                    requester: requester__.unwrap_or_default(),
                    source_ip_address: source_ip_address__.unwrap_or_default(),
                    reason: reason__.unwrap_or_default(),
                    deletion_type: deletion_type__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("cueline.v1.S3ObjectChange", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for s3_object_change::Bucket {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.name.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("cueline.v1.S3ObjectChange.Bucket", len)?;
        if !self.name.is_empty() {
            struct_ser.serialize_field("name", &self.name)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for s3_object_change::Bucket {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "name",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Name,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "name" => Ok(GeneratedField::Name),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = s3_object_change::Bucket;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct cueline.v1.S3ObjectChange.Bucket")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<s3_object_change::Bucket, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut name__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Name => {
                            if name__.is_some() {
                                return Err(serde::de::Error::duplicate_field("name"));
                            }
                            name__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(s3_object_change::Bucket {
                    name: name__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("cueline.v1.S3ObjectChange.Bucket", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for s3_object_change::Object {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.key.is_empty() {
            len += 1;
        }
        if self.size != 0 {
            len += 1;
        }
        if !self.etag.is_empty() {
            len += 1;
        }
        if !self.version_id.is_empty() {
            len += 1;
        }
        if !self.sequencer.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("cueline.v1.S3ObjectChange.Object", len)?;
        if !self.key.is_empty() {
            struct_ser.serialize_field("key", &self.key)?;
        }
        if self.size != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("size", ToString::to_string(&self.size).as_str())?;
        }
        if !self.etag.is_empty() {
            struct_ser.serialize_field("etag", &self.etag)?;
        }
        if !self.version_id.is_empty() {
            struct_ser.serialize_field("version-id", &self.version_id)?;
        }
        if !self.sequencer.is_empty() {
            struct_ser.serialize_field("sequencer", &self.sequencer)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for s3_object_change::Object {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "key",
            "size",
            "etag",
            "version_id",
            "version-id",
            "sequencer",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Key,
            Size,
            Etag,
            VersionId,
            Sequencer,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "key" => Ok(GeneratedField::Key),
                            "size" => Ok(GeneratedField::Size),
                            "etag" => Ok(GeneratedField::Etag),
                            "version-id" | "version_id" => Ok(GeneratedField::VersionId),
                            "sequencer" => Ok(GeneratedField::Sequencer),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = s3_object_change::Object;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct cueline.v1.S3ObjectChange.Object")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<s3_object_change::Object, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut key__ = None;
                let mut size__ = None;
                let mut etag__ = None;
                let mut version_id__ = None;
                let mut sequencer__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Key => {
                            if key__.is_some() {
                                return Err(serde::de::Error::duplicate_field("key"));
                            }
                            key__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Size => {
                            if size__.is_some() {
                                return Err(serde::de::Error::duplicate_field("size"));
                            }
                            size__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Etag => {
                            if etag__.is_some() {
                                return Err(serde::de::Error::duplicate_field("etag"));
                            }
                            etag__ = Some(map_.next_value()?);
                        }
                        GeneratedField::VersionId => {
                            if version_id__.is_some() {
                                return Err(serde::de::Error::duplicate_field("version-id"));
                            }
                            version_id__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Sequencer => {
                            if sequencer__.is_some() {
                                return Err(serde::de::Error::duplicate_field("sequencer"));
                            }
                            sequencer__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(s3_object_change::Object {
                    key: key__.unwrap_or_default(),
                    size: size__.unwrap_or_default(),
                    etag: etag__.unwrap_or_default(),
                    version_id: version_id__.unwrap_or_default(),
                    sequencer: sequencer__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("cueline.v1.S3ObjectChange.Object", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for Snapshot {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.version != 0 {
            len += 1;
        }
        if !self.state.is_empty() {
            len += 1;
        }
        if self.stored.is_some() {
            len += 1;
        }
        if self.trace.is_some() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("cueline.v1.Snapshot", len)?;
        if self.version != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("version", ToString::to_string(&self.version).as_str())?;
        }
        if !self.state.is_empty() {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("state", pbjson::private::base64::encode(&self.state).as_str())?;
        }
        if let Some(v) = self.stored.as_ref() {
            struct_ser.serialize_field("stored", v)?;
        }
        if let Some(v) = self.trace.as_ref() {
            struct_ser.serialize_field("trace", v)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for Snapshot {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "version",
            "state",
            "stored",
            "trace",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Version,
            State,
            Stored,
            Trace,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "version" => Ok(GeneratedField::Version),
                            "state" => Ok(GeneratedField::State),
                            "stored" => Ok(GeneratedField::Stored),
                            "trace" => Ok(GeneratedField::Trace),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = Snapshot;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct cueline.v1.Snapshot")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<Snapshot, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut version__ = None;
                let mut state__ = None;
                let mut stored__ = None;
                let mut trace__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Version => {
                            if version__.is_some() {
                                return Err(serde::de::Error::duplicate_field("version"));
                            }
                            version__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::State => {
                            if state__.is_some() {
                                return Err(serde::de::Error::duplicate_field("state"));
                            }
                            state__ = 
                                Some(map_.next_value::<::pbjson::private::BytesDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Stored => {
                            if stored__.is_some() {
                                return Err(serde::de::Error::duplicate_field("stored"));
                            }
                            stored__ = map_.next_value()?;
                        }
                        GeneratedField::Trace => {
                            if trace__.is_some() {
                                return Err(serde::de::Error::duplicate_field("trace"));
                            }
                            trace__ = map_.next_value()?;
                        }
                    }
                }
                Ok(Snapshot {
                    version: version__.unwrap_or_default(),
                    state: state__.unwrap_or_default(),
                    stored: stored__,
                    trace: trace__,
                })
            }
        }
        deserializer.deserialize_struct("cueline.v1.Snapshot", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for StartStateMachineReply {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.execution_arn.is_empty() {
            len += 1;
        }
        if self.start_date != 0. {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("cueline.v1.StartStateMachineReply", len)?;
        if !self.execution_arn.is_empty() {
            struct_ser.serialize_field("ExecutionArn", &self.execution_arn)?;
        }
        if self.start_date != 0. {
            struct_ser.serialize_field("StartDate", &self.start_date)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for StartStateMachineReply {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "execution_arn",
            "ExecutionArn",
            "start_date",
            "StartDate",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            ExecutionArn,
            StartDate,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "ExecutionArn" | "execution_arn" => Ok(GeneratedField::ExecutionArn),
                            "StartDate" | "start_date" => Ok(GeneratedField::StartDate),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = StartStateMachineReply;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct cueline.v1.StartStateMachineReply")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<StartStateMachineReply, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut execution_arn__ = None;
                let mut start_date__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::ExecutionArn => {
                            if execution_arn__.is_some() {
                                return Err(serde::de::Error::duplicate_field("ExecutionArn"));
                            }
                            execution_arn__ = Some(map_.next_value()?);
                        }
                        GeneratedField::StartDate => {
                            if start_date__.is_some() {
                                return Err(serde::de::Error::duplicate_field("StartDate"));
                            }
                            start_date__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                    }
                }
                Ok(StartStateMachineReply {
                    execution_arn: execution_arn__.unwrap_or_default(),
                    start_date: start_date__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("cueline.v1.StartStateMachineReply", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for StartStateMachineRequest {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.state_machine_arn.is_empty() {
            len += 1;
        }
        if self.input.is_some() {
            len += 1;
        }
        if !self.name.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("cueline.v1.StartStateMachineRequest", len)?;
        if !self.state_machine_arn.is_empty() {
            struct_ser.serialize_field("StateMachineArn", &self.state_machine_arn)?;
        }
        if let Some(v) = self.input.as_ref() {
            struct_ser.serialize_field("Input", v)?;
        }
        if !self.name.is_empty() {
            struct_ser.serialize_field("Name", &self.name)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for StartStateMachineRequest {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "state_machine_arn",
            "StateMachineArn",
            "input",
            "Input",
            "name",
            "Name",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            StateMachineArn,
            Input,
            Name,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "StateMachineArn" | "state_machine_arn" => Ok(GeneratedField::StateMachineArn),
                            "Input" | "input" => Ok(GeneratedField::Input),
                            "Name" | "name" => Ok(GeneratedField::Name),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = StartStateMachineRequest;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct cueline.v1.StartStateMachineRequest")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<StartStateMachineRequest, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut state_machine_arn__ = None;
                let mut input__ = None;
                let mut name__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::StateMachineArn => {
                            if state_machine_arn__.is_some() {
                                return Err(serde::de::Error::duplicate_field("StateMachineArn"));
                            }
                            state_machine_arn__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Input => {
                            if input__.is_some() {
                                return Err(serde::de::Error::duplicate_field("Input"));
                            }
                            input__ = map_.next_value()?;
                        }
                        GeneratedField::Name => {
                            if name__.is_some() {
                                return Err(serde::de::Error::duplicate_field("Name"));
                            }
                            name__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(StartStateMachineRequest {
                    state_machine_arn: state_machine_arn__.unwrap_or_default(),
                    input: input__,
                    name: name__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("cueline.v1.StartStateMachineRequest", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for StreamFrame {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.event.is_empty() {
            len += 1;
        }
        if !self.data.is_empty() {
            len += 1;
        }
        if self.last {
            len += 1;
        }
        if self.head != 0 {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("cueline.v1.StreamFrame", len)?;
        if !self.event.is_empty() {
            struct_ser.serialize_field("event", &self.event)?;
        }
        if !self.data.is_empty() {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("data", pbjson::private::base64::encode(&self.data).as_str())?;
        }
        if self.last {
            struct_ser.serialize_field("last", &self.last)?;
        }
        if self.head != 0 {
            struct_ser.serialize_field("head", &self.head)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for StreamFrame {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "event",
            "data",
            "last",
            "head",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Event,
            Data,
            Last,
            Head,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "event" => Ok(GeneratedField::Event),
                            "data" => Ok(GeneratedField::Data),
                            "last" => Ok(GeneratedField::Last),
                            "head" => Ok(GeneratedField::Head),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = StreamFrame;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct cueline.v1.StreamFrame")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<StreamFrame, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut event__ = None;
                let mut data__ = None;
                let mut last__ = None;
                let mut head__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Event => {
                            if event__.is_some() {
                                return Err(serde::de::Error::duplicate_field("event"));
                            }
                            event__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Data => {
                            if data__.is_some() {
                                return Err(serde::de::Error::duplicate_field("data"));
                            }
                            data__ = 
                                Some(map_.next_value::<::pbjson::private::BytesDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Last => {
                            if last__.is_some() {
                                return Err(serde::de::Error::duplicate_field("last"));
                            }
                            last__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Head => {
                            if head__.is_some() {
                                return Err(serde::de::Error::duplicate_field("head"));
                            }
                            head__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                    }
                }
                Ok(StreamFrame {
                    event: event__.unwrap_or_default(),
                    data: data__.unwrap_or_default(),
                    last: last__.unwrap_or_default(),
                    head: head__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("cueline.v1.StreamFrame", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for StreamFrames {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.frames.is_empty() {
            len += 1;
        }
        if !self.heads.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("cueline.v1.StreamFrames", len)?;
        if !self.frames.is_empty() {
            struct_ser.serialize_field("frames", &self.frames)?;
        }
        if !self.heads.is_empty() {
            struct_ser.serialize_field("heads", &self.heads.iter().map(pbjson::private::base64::encode).collect::<Vec<_>>())?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for StreamFrames {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "frames",
            "heads",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Frames,
            Heads,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "frames" => Ok(GeneratedField::Frames),
                            "heads" => Ok(GeneratedField::Heads),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = StreamFrames;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct cueline.v1.StreamFrames")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<StreamFrames, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut frames__ = None;
                let mut heads__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Frames => {
                            if frames__.is_some() {
                                return Err(serde::de::Error::duplicate_field("frames"));
                            }
                            frames__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Heads => {
                            if heads__.is_some() {
                                return Err(serde::de::Error::duplicate_field("heads"));
                            }
                            heads__ = 
                                Some(map_.next_value::<Vec<::pbjson::private::BytesDeserialize<_>>>()?
                                    .into_iter().map(|x| x.0).collect())
                            ;
                        }
                    }
                }
                Ok(StreamFrames {
                    frames: frames__.unwrap_or_default(),
                    heads: heads__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("cueline.v1.StreamFrames", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for TextRange {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.start != 0 {
            len += 1;
        }
        if self.end != 0 {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("cueline.v1.TextRange", len)?;
        if self.start != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("start", ToString::to_string(&self.start).as_str())?;
        }
        if self.end != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("end", ToString::to_string(&self.end).as_str())?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for TextRange {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "start",
            "end",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Start,
            End,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "start" => Ok(GeneratedField::Start),
                            "end" => Ok(GeneratedField::End),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = TextRange;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct cueline.v1.TextRange")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<TextRange, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut start__ = None;
                let mut end__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Start => {
                            if start__.is_some() {
                                return Err(serde::de::Error::duplicate_field("start"));
                            }
                            start__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::End => {
                            if end__.is_some() {
                                return Err(serde::de::Error::duplicate_field("end"));
                            }
                            end__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                    }
                }
                Ok(TextRange {
                    start: start__.unwrap_or_default(),
                    end: end__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("cueline.v1.TextRange", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for TraceContext {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.traceparent.is_empty() {
            len += 1;
        }
        if !self.tracestate.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("cueline.v1.TraceContext", len)?;
        if !self.traceparent.is_empty() {
            struct_ser.serialize_field("traceparent", &self.traceparent)?;
        }
        if !self.tracestate.is_empty() {
            struct_ser.serialize_field("tracestate", &self.tracestate)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for TraceContext {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "traceparent",
            "tracestate",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Traceparent,
            Tracestate,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "traceparent" => Ok(GeneratedField::Traceparent),
                            "tracestate" => Ok(GeneratedField::Tracestate),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = TraceContext;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct cueline.v1.TraceContext")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<TraceContext, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut traceparent__ = None;
                let mut tracestate__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Traceparent => {
                            if traceparent__.is_some() {
                                return Err(serde::de::Error::duplicate_field("traceparent"));
                            }
                            traceparent__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Tracestate => {
                            if tracestate__.is_some() {
                                return Err(serde::de::Error::duplicate_field("tracestate"));
                            }
                            tracestate__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(TraceContext {
                    traceparent: traceparent__.unwrap_or_default(),
                    tracestate: tracestate__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("cueline.v1.TraceContext", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for WorkflowRequested {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.workflow.is_empty() {
            len += 1;
        }
        if self.input.is_some() {
            len += 1;
        }
        if !self.id.is_empty() {
            len += 1;
        }
        if !self.tenant.is_empty() {
            len += 1;
        }
        if self.metadata.is_some() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("cueline.v1.WorkflowRequested", len)?;
        if !self.workflow.is_empty() {
            struct_ser.serialize_field("workflow", &self.workflow)?;
        }
        if let Some(v) = self.input.as_ref() {
            struct_ser.serialize_field("input", v)?;
        }
        if !self.id.is_empty() {
            struct_ser.serialize_field("id", &self.id)?;
        }
        if !self.tenant.is_empty() {
            struct_ser.serialize_field("tenant", &self.tenant)?;
        }
        if let Some(v) = self.metadata.as_ref() {
            struct_ser.serialize_field("metadata", v)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for WorkflowRequested {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "workflow",
            "input",
            "id",
            "tenant",
            "metadata",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Workflow,
            Input,
            Id,
            Tenant,
            Metadata,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "workflow" => Ok(GeneratedField::Workflow),
                            "input" => Ok(GeneratedField::Input),
                            "id" => Ok(GeneratedField::Id),
                            "tenant" => Ok(GeneratedField::Tenant),
                            "metadata" => Ok(GeneratedField::Metadata),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = WorkflowRequested;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct cueline.v1.WorkflowRequested")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<WorkflowRequested, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut workflow__ = None;
                let mut input__ = None;
                let mut id__ = None;
                let mut tenant__ = None;
                let mut metadata__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Workflow => {
                            if workflow__.is_some() {
                                return Err(serde::de::Error::duplicate_field("workflow"));
                            }
                            workflow__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Input => {
                            if input__.is_some() {
                                return Err(serde::de::Error::duplicate_field("input"));
                            }
                            input__ = map_.next_value()?;
                        }
                        GeneratedField::Id => {
                            if id__.is_some() {
                                return Err(serde::de::Error::duplicate_field("id"));
                            }
                            id__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Tenant => {
                            if tenant__.is_some() {
                                return Err(serde::de::Error::duplicate_field("tenant"));
                            }
                            tenant__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Metadata => {
                            if metadata__.is_some() {
                                return Err(serde::de::Error::duplicate_field("metadata"));
                            }
                            metadata__ = map_.next_value()?;
                        }
                    }
                }
                Ok(WorkflowRequested {
                    workflow: workflow__.unwrap_or_default(),
                    input: input__,
                    id: id__.unwrap_or_default(),
                    tenant: tenant__.unwrap_or_default(),
                    metadata: metadata__,
                })
            }
        }
        deserializer.deserialize_struct("cueline.v1.WorkflowRequested", FIELDS, GeneratedVisitor)
    }
}
