//! The challenge's `[client]` table as a struct of the student's: durations are told as whole milliseconds.

use serde::{
    de::{
        DeserializeOwned, DeserializeSeed, Deserializer, IntoDeserializer, MapAccess, Visitor,
        value::{MapDeserializer, SeqDeserializer},
    },
    forward_to_deserialize_any,
};
use serde_json::{Error, Map, Value};

/// Reads `table` as a `C`.
pub(super) fn read<C: DeserializeOwned>(table: &Map<String, Value>) -> Result<C, String> {
    C::deserialize(Table(table)).map_err(|error| {
        let told: Vec<_> = table.keys().map(|name| format!("`{name}`")).collect();
        format!("net.config: {error}; this scenario tells {}", told.join(", "))
    })
}

/// The whole table.
struct Table<'a>(&'a Map<String, Value>);

impl<'de> Deserializer<'de> for Table<'_> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_map(MapDeserializer::new(self.0.iter().map(|(name, value)| (name.as_str(), Told(value)))))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

/// One value of it, at any depth.
#[derive(Clone, Copy)]
struct Told<'a>(&'a Value);

impl<'de> IntoDeserializer<'de, Error> for Told<'_> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

impl<'de> Deserializer<'de> for Told<'_> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Value::Array(items) => visitor.visit_seq(SeqDeserializer::new(items.iter().map(Told))),
            Value::Object(table) => Table(table).deserialize_any(visitor),
            plain => plain.clone().deserialize_any(visitor),
        }
    }

    /// What `#[derive(Deserialize)]` asks for a `std::time::Duration`: a struct of that name with `secs` and `nanos`.
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        match (name, self.0.as_u64()) {
            ("Duration", Some(ms)) if fields == ["secs", "nanos"] => visitor.visit_map(Span { ms, field: 0 }),
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.0.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.0.clone().deserialize_enum(name, variants, visitor)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct
        seq tuple tuple_struct map identifier ignored_any
    }
}

/// Milliseconds, as the two fields of a `Duration`.
struct Span {
    ms: u64,
    field: usize,
}

impl<'de> MapAccess<'de> for Span {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Error> {
        let name = ["secs", "nanos"].get(self.field);
        name.map(|name| seed.deserialize(name.into_deserializer())).transpose()
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        let value = if self.field == 0 { self.ms / 1_000 } else { self.ms % 1_000 * 1_000_000 };
        self.field += 1;
        seed.deserialize(value.into_deserializer())
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use serde::Deserialize;
    use serde_json::json;

    use super::*;

    fn table(value: Value) -> Map<String, Value> {
        value.as_object().expect("the tests write tables").clone()
    }

    #[test]
    fn milliseconds_become_durations_wherever_one_is_asked_for() {
        #[derive(Deserialize)]
        struct Wait(Duration);
        #[derive(Deserialize)]
        struct Inner {
            idle: Duration,
        }
        #[derive(Deserialize)]
        struct Config {
            base_delay: Duration,
            #[serde(default)]
            ceiling: Option<Duration>,
            absent: Option<Duration>,
            stages: Vec<Duration>,
            wait: Wait,
            inner: Inner,
            max_retries: u32,
            raw: u64,
            name: String,
        }
        let told = table(json!({
            "base_delay": 512, "ceiling": 61_003, "stages": [1, 2_000], "wait": 7, "inner": {"idle": 30_000},
            "max_retries": 100, "raw": 512, "name": "chat", "more": 1
        }));
        let config: Config = read(&told).unwrap();
        assert_eq!(config.base_delay, Duration::from_millis(512));
        assert_eq!(config.ceiling, Some(Duration::from_millis(61_003)));
        assert_eq!(config.absent, None);
        assert_eq!(config.stages, [Duration::from_millis(1), Duration::from_secs(2)]);
        assert_eq!(config.wait.0, Duration::from_millis(7));
        assert_eq!(config.inner.idle, Duration::from_secs(30));
        assert_eq!((config.max_retries, config.raw, config.name.as_str()), (100, 512, "chat"));
    }

    #[test]
    fn tables_and_lists_are_read_at_any_depth() {
        #[derive(Debug, PartialEq, Deserialize)]
        #[serde(rename_all = "kebab-case")]
        enum Proxy {
            Clear,
            BlocksUpgrades,
        }
        #[derive(Deserialize)]
        struct Brief {
            proxy: Proxy,
            binary: bool,
            cookie: Option<String>,
            parts: Vec<Part>,
        }
        #[derive(Debug, PartialEq, Deserialize)]
        struct Part {
            name: String,
            share: f64,
            proxies: Vec<Proxy>,
        }
        #[derive(Deserialize)]
        struct Config {
            brief: Brief,
        }
        let parts = json!([{ "name": "a", "share": 0.5, "proxies": ["clear", "blocks-upgrades"] }]);
        let told = table(json!({ "brief": { "proxy": "blocks-upgrades", "binary": true, "parts": parts } }));
        let brief = read::<Config>(&told).unwrap().brief;
        assert_eq!((brief.proxy, brief.binary, brief.cookie), (Proxy::BlocksUpgrades, true, None));
        let part = Part { name: "a".into(), share: 0.5, proxies: vec![Proxy::Clear, Proxy::BlocksUpgrades] };
        assert_eq!(brief.parts, [part]);
    }

    #[test]
    fn a_missing_value_names_what_is_told() {
        #[derive(Debug, Deserialize)]
        #[expect(dead_code, reason = "the struct is never made")]
        struct Config {
            base_dely: Duration,
        }
        let error = read::<Config>(&table(json!({"base_delay": 512, "max_retries": 5}))).unwrap_err();
        assert_eq!(error, "net.config: missing field `base_dely`; this scenario tells `base_delay`, `max_retries`");
    }

    #[test]
    fn a_value_of_another_type_is_an_error() {
        #[derive(Debug, Deserialize)]
        #[expect(dead_code, reason = "the struct is never made")]
        struct Config {
            base_delay: Duration,
        }
        let error = read::<Config>(&table(json!({"base_delay": "soon"}))).unwrap_err();
        assert!(error.contains("invalid type: string \"soon\", expected struct Duration"), "{error}");
    }
}
