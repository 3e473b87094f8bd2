//! `croissant.json`: the pack described for machine-learning tools (MLCommons Croissant 1.0), made from its descriptor.

use anyhow::Context;
use serde_json::{Value, json};

use super::table::{Pack, names, text};

/// The Croissant description of a pack.
pub fn of(pack: &Pack) -> anyhow::Result<Value> {
    let descriptor = &pack.descriptor;
    let (name, title, version) = (text(&descriptor["name"])?, text(&descriptor["title"])?, text(&descriptor["version"])?);
    let published = text(&descriptor["created"])?.get(..10).context("created: a date is expected")?;
    let year = &published[..4];
    let licences: Vec<&str> = descriptor["licenses"].as_array().into_iter().flatten().filter_map(|l| l["path"].as_str()).collect();
    Ok(json!({
        "@context": context(),
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "name": format!("tierlight-{name}"),
        "description": descriptor["description"],
        "license": licences,
        "version": version,
        "datePublished": published,
        "creator": { "@type": "sc:Organization", "name": "tierlight contributors" },
        "citeAs": format!("tierlight contributors ({year}). {title}, version {version}. Cite the source of each value as well: sources.csv."),
        "isLiveDataset": false,
        "distribution": pack.resources().iter().map(file_object).collect::<anyhow::Result<Vec<_>>>()?,
        "recordSet": pack.resources().iter().map(record_set).collect::<anyhow::Result<Vec<_>>>()?,
    }))
}

fn file_object(resource: &Value) -> anyhow::Result<Value> {
    let path = text(&resource["path"])?;
    let hash = text(&resource["hash"])?;
    Ok(json!({
        "@type": "cr:FileObject",
        "@id": path,
        "name": path,
        "description": resource["description"],
        "contentUrl": path,
        "contentSize": format!("{} B", resource["bytes"]),
        "encodingFormat": resource["mediatype"],
        "sha256": hash.strip_prefix("sha256:").unwrap_or(hash),
    }))
}

fn record_set(resource: &Value) -> anyhow::Result<Value> {
    let table = text(&resource["name"])?;
    let schema = &resource["schema"];
    let fields = schema["fields"].as_array().context("fields")?;
    let key: Vec<Value> = names(&schema["primaryKey"]).into_iter().map(|k| json!({ "@id": format!("{table}/{k}") })).collect();
    Ok(json!({
        "@type": "cr:RecordSet",
        "@id": table,
        "name": table,
        "description": resource["description"],
        "key": key,
        "field": fields.iter().map(|f| field(resource, f)).collect::<anyhow::Result<Vec<_>>>()?,
    }))
}

fn field(resource: &Value, field: &Value) -> anyhow::Result<Value> {
    let (table, name) = (text(&resource["name"])?, text(&field["name"])?);
    let mut out = json!({
        "@type": "cr:Field",
        "@id": format!("{table}/{name}"),
        "name": name,
        "description": field["description"],
        "dataType": data_type(text(&field["type"])?)?,
        "source": { "fileObject": { "@id": resource["path"] }, "extract": { "column": name } },
    });
    for foreign in resource["schema"]["foreignKeys"].as_array().into_iter().flatten() {
        let reference = &foreign["reference"];
        // an empty resource is the table itself
        let other = reference["resource"].as_str().filter(|r| !r.is_empty()).unwrap_or(table);
        if let ([own], [key]) = (names(&foreign["fields"]).as_slice(), names(&reference["fields"]).as_slice())
            && *own == name
        {
            out["references"] = json!({ "field": { "@id": format!("{other}/{key}") } });
        }
    }
    Ok(out)
}

fn data_type(frictionless: &str) -> anyhow::Result<&'static str> {
    Ok(match frictionless {
        "string" => "sc:Text",
        "integer" => "sc:Integer",
        "number" => "sc:Float",
        "boolean" => "sc:Boolean",
        "date" => "sc:Date",
        other => anyhow::bail!("no Croissant type is known for `{other}`"),
    })
}

/// The context that Croissant 1.0 prescribes.
fn context() -> Value {
    json!({
        "@language": "en",
        "@vocab": "https://schema.org/",
        "citeAs": "cr:citeAs",
        "column": "cr:column",
        "conformsTo": "dct:conformsTo",
        "cr": "http://mlcommons.org/croissant/",
        "rai": "http://mlcommons.org/croissant/RAI/",
        "data": { "@id": "cr:data", "@type": "@json" },
        "dataType": { "@id": "cr:dataType", "@type": "@vocab" },
        "dct": "http://purl.org/dc/terms/",
        "equivalentProperty": "cr:equivalentProperty",
        "examples": { "@id": "cr:examples", "@type": "@json" },
        "extract": "cr:extract",
        "field": "cr:field",
        "fileProperty": "cr:fileProperty",
        "fileObject": "cr:fileObject",
        "fileSet": "cr:fileSet",
        "format": "cr:format",
        "includes": "cr:includes",
        "isLiveDataset": "cr:isLiveDataset",
        "jsonPath": "cr:jsonPath",
        "key": "cr:key",
        "md5": "cr:md5",
        "parentField": "cr:parentField",
        "path": "cr:path",
        "recordSet": "cr:recordSet",
        "references": "cr:references",
        "regex": "cr:regex",
        "repeated": "cr:repeated",
        "replace": "cr:replace",
        "samplingRate": "cr:samplingRate",
        "sc": "https://schema.org/",
        "separator": "cr:separator",
        "source": "cr:source",
        "subField": "cr:subField",
        "transform": "cr:transform",
    })
}
