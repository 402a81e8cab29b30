package engine

import (
	"cmp"
	"slices"
	"sync"
)

// Index finds the documents of one collection. A document is known by its
// position, from 0. Several goroutines can use an Index.
type Index struct {
	settings Settings
	size     int
	fields   map[string]*field
	all      func() []int32 // every position, made on first use
}

// New makes an index of size documents. A field is read when a query first
// needs it, not before.
func New(size int, settings Settings, fields ...Field) *Index {
	x := &Index{settings: settings, size: size, fields: make(map[string]*field, len(fields))}
	for _, f := range fields {
		if f.texts != nil {
			x.addTexts(f)
		} else {
			x.add(numberField(f))
		}
	}
	x.all = sync.OnceValue(func() []int32 {
		docs := make([]int32, size)
		for i := range docs {
			docs[i] = int32(i)
		}
		return docs
	})
	return x
}

func (x *Index) add(f *field) {
	f.size = x.size
	x.fields[f.name] = f
}

// textFields returns the text fields, sorted by name: a query_string without
// fields searches all of them.
func (x *Index) textFields() []*field {
	var out []*field
	for _, f := range x.fields {
		if f.texts != nil {
			out = append(out, f)
		}
	}
	slices.SortFunc(out, func(a, b *field) int { return cmp.Compare(a.name, b.name) })
	return out
}
