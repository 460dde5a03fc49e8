//! Reads `template.yaml` and points its functions at uploaded code, as `sam package` does.

use std::{fs, path::Path};

use anyhow::{Context, Result};
use serde_json::{Map, Value, json};
use serde_yaml_ng::Value as Yaml;

const FUNCTION: &str = "AWS::Serverless::Function";

/// The template as JSON, with the short forms (`!Ref`, `!GetAtt` …) written out.
#[derive(Clone, Debug)]
pub struct Template {
    document: Value,
}

impl Template {
    /// Reads the template file.
    pub fn read(path: &Path) -> Result<Self> {
        let text = fs::read_to_string(path).with_context(|| format!("read {}", path.display()))?;
        let yaml: Yaml =
            serde_yaml_ng::from_str(&text).with_context(|| format!("parse {}", path.display()))?;
        Ok(Self {
            document: written_out(yaml)?,
        })
    }

    /// The binary of each function, as its build metadata names it.
    pub fn binaries(&self) -> Result<Vec<String>> {
        self.functions()
            .map(|(name, function)| {
                function["Metadata"]["BuildProperties"]["Binary"]
                    .as_str()
                    .map(str::to_owned)
                    .with_context(|| {
                        format!("{name} has no Metadata.BuildProperties.Binary in the template")
                    })
            })
            .collect()
    }

    /// The environment of the function built as `binary`, that of all functions included: literals as text, and
    /// references as they stand in the template.
    #[must_use]
    pub fn environment(&self, binary: &str) -> Vec<(String, Value)> {
        let of = |properties: &Value| {
            let variables = properties["Environment"]["Variables"].as_object();
            variables.cloned().unwrap_or_default()
        };
        let own = self
            .functions()
            .find(|(_, function)| function["Metadata"]["BuildProperties"]["Binary"] == binary)
            .map(|(_, function)| of(&function["Properties"]));
        let Some(own) = own else { return Vec::new() };
        let mut all = of(&self.document["Globals"]["Function"]);
        all.extend(own);
        all.into_iter().collect()
    }

    /// The memory that the functions are given, in MB, where they say nothing else.
    #[must_use]
    pub fn memory_mb(&self) -> Option<u32> {
        let memory = self.document["Globals"]["Function"]["MemorySize"].as_u64()?;
        u32::try_from(memory).ok()
    }

    /// How many resources are of this type.
    #[must_use]
    pub fn of_type(&self, kind: &str) -> usize {
        let resources = self.document["Resources"].as_object();
        let resources = resources.into_iter().flat_map(Map::values);
        resources.filter(|one| one["Type"] == kind).count()
    }

    /// The template with each function's code at `bucket` under the key that `key_of` gives for its binary.
    pub fn packaged(
        mut self,
        bucket: &str,
        key_of: impl Fn(&str) -> Option<String>,
    ) -> Result<String> {
        let resources = self.document["Resources"]
            .as_object_mut()
            .context("the template has no Resources")?;
        for (name, resource) in resources
            .iter_mut()
            .filter(|(_, resource)| resource["Type"] == FUNCTION)
        {
            let binary = resource["Metadata"]["BuildProperties"]["Binary"]
                .as_str()
                .unwrap_or_default();
            let key = key_of(binary)
                .with_context(|| format!("{name}: nothing was built as {binary:?}"))?;
            resource["Properties"]["CodeUri"] = json!({ "Bucket": bucket, "Key": key });
        }
        Ok(self.document.to_string())
    }

    fn functions(&self) -> impl Iterator<Item = (&String, &Value)> {
        let resources = self.document["Resources"].as_object();
        resources
            .into_iter()
            .flatten()
            .filter(|(_, resource)| resource["Type"] == FUNCTION)
    }
}

fn written_out(yaml: Yaml) -> Result<Value> {
    Ok(match yaml {
        Yaml::Tagged(tagged) => intrinsic(&tagged.tag.to_string(), written_out(tagged.value)?),
        Yaml::Sequence(items) => {
            Value::Array(items.into_iter().map(written_out).collect::<Result<_>>()?)
        }
        Yaml::Mapping(entries) => Value::Object(
            entries
                .into_iter()
                .map(|(key, value)| Ok((key_text(&key)?, written_out(value)?)))
                .collect::<Result<Map<_, _>>>()?,
        ),
        other => serde_json::to_value(other)?,
    })
}

fn key_text(key: &Yaml) -> Result<String> {
    match key {
        Yaml::String(text) => Ok(text.clone()),
        Yaml::Number(number) => Ok(number.to_string()),
        other => anyhow::bail!("a key of the template is neither text nor number: {other:?}"),
    }
}

fn intrinsic(tag: &str, value: Value) -> Value {
    let name = tag.trim_start_matches('!');
    match (name, value) {
        ("Ref" | "Condition", value) => json!({ name: value }),
        ("GetAtt", Value::String(path)) => {
            let (resource, attribute) = path.split_once('.').unwrap_or((&path, ""));
            json!({ "Fn::GetAtt": [resource, attribute] })
        }
        (_, value) => json!({ format!("Fn::{name}"): value }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_forms_are_written_out() {
        let yaml = serde_yaml_ng::from_str(
            "[!Ref A, !GetAtt B.Arn, !Sub '${C}', !If [D, !Ref E, !Ref 'AWS::NoValue']]",
        );
        assert_eq!(
            written_out(yaml.unwrap()).unwrap(),
            json!([
                { "Ref": "A" },
                { "Fn::GetAtt": ["B", "Arn"] },
                { "Fn::Sub": "${C}" },
                { "Fn::If": ["D", { "Ref": "E" }, { "Ref": "AWS::NoValue" }] },
            ])
        );
    }

    /// So no message can be seen again while an invocation works on it, and none has to be hidden for longer.
    #[test]
    fn a_queue_hides_a_message_six_times_as_long_as_an_invocation_may_take() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../template.yaml");
        let template = Template::read(&path).unwrap().document;
        let stages = template["Mappings"]["Stages"].as_object().unwrap();
        for (stage, values) in stages {
            let seconds = |name: &str| values[name].as_u64().unwrap();
            assert_eq!(
                seconds("QueueVisibility"),
                6 * seconds("WorkerTimeout"),
                "{stage}"
            );
        }
        let of_stage = |value: &Value, name: &str| value["Fn::FindInMap"][2] == name;
        let polled = template["Resources"].as_object().unwrap().values();
        let polled = polled.filter(|function| {
            let events = function["Properties"]["Events"].as_object();
            let mut events = events.into_iter().flat_map(Map::values);
            events.any(|event| event["Type"] == "SQS")
        });
        let timeouts: Vec<&Value> = polled.map(|one| &one["Properties"]["Timeout"]).collect();
        assert_eq!(timeouts.len(), 3);
        assert!(
            timeouts.iter().all(|it| of_stage(it, "WorkerTimeout")),
            "{timeouts:?}"
        );
        for queue in ["DeliveriesQueue", "TranscriptsQueue", "AlertsQueue"] {
            let hidden = &template["Resources"][queue]["Properties"]["VisibilityTimeout"];
            assert!(of_stage(hidden, "QueueVisibility"), "{queue}: {hidden}");
        }
    }
}
