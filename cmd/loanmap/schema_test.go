package main

import (
	"encoding"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"loanmap/pipeline"
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

// The schemas list exactly the fields that are written, and require those that are never
// left out.
func TestSchemasListEveryField(t *testing.T) {
	t.Parallel()
	for name, value := range map[string]any{"summary": pipeline.Summary{}, "check": checked{}, "find": pipeline.Found{}, "pace": sharedPace{}} {
		compared := 0
		s := schemaText{t, readSchema(t, name), &compared}
		s.compare(s.root, reflect.TypeOf(value), name)
		if compared < 2 {
			t.Errorf("%s: only %d objects were compared", name, compared)
		}
	}
}

// schemaText is a schema as JSON.
type schemaText struct {
	t        *testing.T
	root     map[string]any
	compared *int // objects
}

func readSchema(t *testing.T, name string) map[string]any {
	t.Helper()
	var schema map[string]any
	if err := json.Unmarshal([]byte(read(t, filepath.Join(root, "testdata", "schema", name+".schema.json"))), &schema); err != nil {
		t.Fatal(err)
	}
	return schema
}

// follow returns what a schema refers to, and the file in which that is.
func (s schemaText) follow(schema map[string]any) (schemaText, map[string]any) {
	reference, ok := schema["$ref"].(string)
	if !ok {
		return s, schema
	}
	file, path, _ := strings.Cut(reference, "#")
	if file != "" {
		s.root = readSchema(s.t, strings.TrimSuffix(file, ".schema.json"))
	}
	at := s.root
	for name := range strings.FieldsFuncSeq(path, func(r rune) bool { return r == '/' }) {
		at, _ = at[name].(map[string]any)
	}
	return s, at
}

// compare compares a schema with the type whose values it describes.
func (s schemaText) compare(schema map[string]any, of reflect.Type, place string) {
	s, schema = s.follow(schema)
	for of.Kind() == reflect.Pointer {
		of = of.Elem()
	}
	if writesItself(of) {
		return
	}
	switch of.Kind() {
	case reflect.Slice:
		items, _ := schema["items"].(map[string]any)
		s.compare(items, of.Elem(), place+"[]")
	case reflect.Struct:
		s.compareObject(schema, of, place)
	default:
	}
}

func writesItself(of reflect.Type) bool {
	for _, kind := range []reflect.Type{reflect.TypeFor[json.Marshaler](), reflect.TypeFor[encoding.TextMarshaler]()} {
		if of.Implements(kind) || reflect.PointerTo(of).Implements(kind) {
			return true
		}
	}
	return false
}

func (s schemaText) compareObject(schema map[string]any, of reflect.Type, place string) {
	*s.compared++
	properties, _ := schema["properties"].(map[string]any)
	required := fmt.Sprint(schema["required"])
	if schema["additionalProperties"] != false {
		s.t.Errorf("%s: other properties are allowed", place)
	}
	listed := map[string]bool{}
	for _, field := range fieldsOf(of) {
		listed[field.name] = true
		property, ok := properties[field.name].(map[string]any)
		if !ok {
			s.t.Errorf("%s: the schema lacks %s", place, field.name)
			continue
		}
		if must := regexp.MustCompile(`[\[ ]` + field.name + `[\] ]`).MatchString(required); must == field.optional {
			s.t.Errorf("%s: %s is required: %v; may be left out: %v", place, field.name, must, field.optional)
		}
		s.compare(property, field.of, place+"."+field.name)
	}
	for name := range properties {
		if !listed[name] {
			s.t.Errorf("%s: nothing writes %s", place, name)
		}
	}
}

// jsonField is a field of an object.
type jsonField struct {
	name     string
	of       reflect.Type
	optional bool
}

// fieldsOf lists the fields that are written of a struct, those of embedded structs too.
func fieldsOf(of reflect.Type) (fields []jsonField) {
	for field := range of.Fields() {
		name, options, tagged := strings.Cut(field.Tag.Get("json"), ",")
		switch {
		case field.Anonymous && name == "":
			inner, pointer := field.Type, field.Type.Kind() == reflect.Pointer
			if pointer {
				inner = inner.Elem()
			}
			for _, f := range fieldsOf(inner) {
				f.optional = f.optional || pointer
				fields = append(fields, f)
			}
		case name != "" && name != "-":
			fields = append(fields, jsonField{name, field.Type, tagged && strings.HasPrefix(options, "omit")})
		}
	}
	return fields
}
