package loanpro

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// envelope is the root of an answer: d, or one of several shapes of error.
type envelope struct {
	D     *page  `json:"d"`
	Error *fault `json:"error"`
	admission
}

// page is what a search answers: some of its hits, and which.
type page struct {
	Results results `json:"results"`
	Summary summary `json:"summary"`
	Error   *fault  `json:"error"`
	// Next tells that a list goes on (OData).
	Next text `json:"__next"`
	admission
}

// results are the hits of a page. Null is none (LoanPro docs, OpenSearch
// migration), but a page without results is no answer.
type results struct {
	hits    []Hit
	present bool
}

func (h *results) UnmarshalJSON(raw []byte) error {
	if raw[0] == '{' {
		var object struct {
			Results json.RawMessage `json:"results"`
		}
		if err := json.Unmarshal(raw, &object); err != nil || object.Results == nil {
			return errors.New("an object without results")
		}
		raw = object.Results
	}
	var documents []document
	if err := json.Unmarshal(raw, &documents); err != nil {
		return err
	}
	h.present = true
	h.hits = make([]Hit, len(documents))
	for i := range documents {
		if documents[i].ID <= 0 {
			return errors.New("a hit has no id")
		}
		h.hits[i] = documents[i].hit()
	}
	return nil
}

// fault is an error inside an answer. Its message is a string or an object
// with a value (LoanPro help and SDK show both).
type fault struct {
	Message json.RawMessage `json:"message"`
}

// UnmarshalJSON takes an error that is nothing but its message, too.
func (f *fault) UnmarshalJSON(raw []byte) error {
	if raw[0] == '"' {
		f.Message = slices.Clone(raw)
		return nil
	}
	type object fault
	return json.Unmarshal(raw, (*object)(f))
}

func (e *envelope) failed() bool {
	return e.Error != nil || e.D == nil || e.D.Error != nil || !e.D.Results.present
}

// partial reports whether the search says itself, in any place that a layer
// between may have put it, that its answer is not complete.
func (e *envelope) partial() bool {
	return e.partly() || e.D.partly() || e.D.Summary.partly()
}

// document is a hit of a search or a record of a list, as far as it is used.
// Which fields the index holds is not documented; these were seen in public
// code.
type document struct {
	ID        number     `json:"id"`
	DisplayID identifier `json:"displayId"`
	Status    text       `json:"loanStatusText"`
	life
	// Two spellings: part of the document, and added by $expand=Customers.
	Indexed  list[customerDocument] `json:"customers"`
	Expanded list[customerDocument] `json:"Customers"`
	customerFields
}

type customerDocument struct {
	ID   number `json:"id"`
	Role text   `json:"loanRole"`
	customerFields
}

func (d *document) hit() Hit {
	hit := Hit{
		ID: int64(d.ID), DisplayID: d.DisplayID.text, Status: string(d.Status),
		Number:   d.DisplayID.number || d.DisplayID.text == "" && d.CustomID.number,
		Archived: bool(d.Archived), Deleted: d.deleted(), Temporary: d.temporary(),
		Details: d.details(),
	}
	hit.complete()
	for _, c := range append(d.Expanded, d.Indexed...) {
		hit.link(Customer{ID: max(int64(c.ID), 0), Role: string(c.Role), Details: c.details()})
	}
	for i := range hit.Customers {
		hit.Customers[i].complete()
	}
	return hit
}

// number is a whole number, quoted or not; null is zero. The move from
// Elasticsearch to OpenSearch turned strings into integers (LoanPro docs,
// OpenSearch migration), and tenants may be on either side of it.
type number int64

func (n *number) UnmarshalJSON(raw []byte) error {
	s := strings.Trim(string(raw), `"`)
	if s == "null" || s == "" {
		*n = 0
		return nil
	}
	v, err := strconv.ParseInt(s, 10, 64)
	*n = number(v)
	return err
}

// text is a string, or a number taken as it is written; null is empty.
type text string

func (t *text) UnmarshalJSON(raw []byte) error {
	if raw[0] == '"' {
		if inside := raw[1 : len(raw)-1]; plainText(inside) {
			*t = text(inside)
			return nil
		}
		return json.Unmarshal(raw, (*string)(t))
	}
	if string(raw) == "null" {
		*t = ""
		return nil
	}
	var n json.Number
	err := json.Unmarshal(raw, &n)
	*t = text(n)
	return err
}

// identifier is a display ID or custom ID, and whether it came as a number:
// zeros at its beginning, or after a point, may be lost then.
type identifier struct {
	text   string
	number bool
}

func (i *identifier) UnmarshalJSON(raw []byte) error {
	i.number = raw[0] == '-' || '0' <= raw[0] && raw[0] <= '9'
	return (*text)(&i.text).UnmarshalJSON(raw)
}

// plainText reports whether the inside of a JSON string, which has been read as
// one, stands for itself.
func plainText(inside []byte) bool { return bytes.IndexByte(inside, '\\') < 0 && utf8.Valid(inside) }

// list is an array, null, or an object with the array in results.
type list[T any] []T

func (l *list[T]) UnmarshalJSON(raw []byte) error {
	if raw[0] != '{' {
		return json.Unmarshal(raw, (*[]T)(l))
	}
	var object struct {
		Results []T `json:"results"`
	}
	err := json.Unmarshal(raw, &object)
	*l = object.Results
	return err
}
