package engine

import (
	"cmp"
	"slices"
	"sync"
)

// Settings say how an index treats texts and which queries it accepts. The zero
// Settings are those of a plain index.
type Settings struct {
	Mapping         Mapping  // how texts are indexed; "" means [MappingText]
	IgnoreAbove     int      // do not index longer texts, see [Code]; 0 means no limit
	NGrams          int      // index [Key] fields as parts of [MinNGram] to this many characters; 0 means whole
	ClauseLimit     int      // most clauses of a whole query; 0 means 1,024 in any one bool
	TermsLimit      int      // most values of one terms query; 0 means no limit
	RefuseForms     []string // reject these [Forms]
	IgnoreFuzziness bool     // a query_string reads word~ as word
}

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
