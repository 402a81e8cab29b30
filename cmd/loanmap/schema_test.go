package main

import (
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// schemaOf returns a schema of testdata/schema, which are part of what is promised.
func schemaOf(name string) (*jsonschema.Schema, error) {
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	return compiler.Compile(filepath.Join(root, "testdata", "schema", name+".schema.json"))
}

// conforms says in what one JSON value differs from a schema.
func conforms(name, text string) error {
	schema, err := schemaOf(name)
	if err != nil {
		return err
	}
	value, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err != nil {
		return err
	}
	return schema.Validate(value)
}

// checkSummaries checks every summary that a script leaves against its schema.
func checkSummaries(t *testing.T, dir string) {
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() || !strings.HasSuffix(path, ".json") {
			return err
		}
		content, err := os.ReadFile(path)
		if err != nil || !isSummary(content) {
			return err
		}
		if err := conforms("summary", string(content)); err != nil {
			t.Errorf("%s is not as its schema says: %v", path, err)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

// isSummary reports whether a file is a summary by what it holds: scripts give summaries
// other names, and make files of their own that look like one.
func isSummary(content []byte) bool {
	var fields map[string]any
	if json.Unmarshal(content, &fields) != nil {
		return false
	}
	for _, name := range []string{"version", "started", "finished", "key_column"} {
		if _, ok := fields[name]; !ok {
			return false
		}
	}
	return true
}
