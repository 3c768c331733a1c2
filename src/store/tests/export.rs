//! The journal as text: what comes out is what is there, line by line.

use super::*;
use std::fs;

fn exported(directory: &TempDir) -> Result<Vec<String>, ExportError> {
    let mut text = Vec::new();
    export_journal(directory.path(), &mut text)?;
    let text = String::from_utf8(text).unwrap();
    Ok(text.lines().map(str::to_owned).collect())
}

#[tokio::test]
async fn an_export_is_a_head_and_one_entry_a_line_while_the_store_is_open() {
    let (store, directory) = open_new();
    assert_eq!(exported(&directory).unwrap().len(), 1);
    let entries = vec![entry(1, 1), entry(2, 2), entry(3, 3)];
    append(&store, append_to(&store, 0, entries.clone()))
        .await
        .unwrap();
    let lines = exported(&directory).unwrap();
    let (head, rest) = lines.split_first().unwrap();
    assert_eq!(head, r#"{"passerelle_journal":1,"first":1,"newest":3}"#);
    let read: Vec<Entry> = rest
        .iter()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(read, entries);
    assert_eq!(
        rest[0],
        r#"{"at":1,"event":{"connected":{"party":{"tablet":1}}}}"#
    );
    let file = directory.path().join("journal.jsonl");
    assert_eq!(
        export_journal_to(directory.path(), &file, false).unwrap(),
        Version(3)
    );
    assert_eq!(
        fs::read_to_string(&file)
            .unwrap()
            .lines()
            .collect::<Vec<_>>(),
        lines
    );
    let refused = export_journal_to(directory.path(), &file, false).unwrap_err();
    assert!(
        matches!(refused, ExportError::File(NewFileError::Exists { .. })),
        "{refused}"
    );
}

#[tokio::test]
async fn an_export_of_a_damaged_entry_fails_and_leaves_no_file() {
    let (store, directory) = open_new();
    append(&store, append_to(&store, 0, vec![entry(1, 1), entry(2, 2)]))
        .await
        .unwrap();
    raw(&directory)
        .execute("UPDATE journal SET event = '?' WHERE version = 2", [])
        .unwrap();
    let file = directory.path().join("journal.jsonl");
    let refused = export_journal_to(directory.path(), &file, false).unwrap_err();
    assert!(refused.to_string().contains("entry 2"), "{refused}");
    assert!(!file.exists() && !directory.path().join("journal.jsonl.partial").exists());
}
