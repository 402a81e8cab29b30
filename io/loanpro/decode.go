package loanpro

import (
	"bytes"
	"errors"
	"strconv"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// envelope is the root of an answer: d, or one of several shapes of error.
type envelope struct {
	D     *page  `json:"d"`
	Error *fault `json:"error"`
	completeness
}

// page is one page of a search or a list.
type page struct {
	Results results `json:"results"`
	Summary summary `json:"summary"`
	Error   *fault  `json:"error"`
	// Next is set where a list has more pages (OData).
	Next text `json:"__next"`
	completeness
}

// results are the hits of a page. Null means no hits (LoanPro docs, OpenSearch
// migration); a page without results is not an answer.
type results struct {
	hits    []Hit
	present bool
}

func (h *results) UnmarshalJSONFrom(from *jsontext.Decoder) error {
	*h = results{present: true}
	switch from.PeekKind() {
	case jsontext.KindNull:
		return from.SkipValue()
	case jsontext.KindBeginArray:
		return h.readHits(from)
	case jsontext.KindBeginObject:
		return h.readInner(from)
	default:
		return errors.New("results are not a list")
	}
}

// readInner reads an object with the list in results. If the name comes twice,
// the last one counts, so the list is read after the object.
func (h *results) readInner(from *jsontext.Decoder) error {
	var object struct {
		Results jsontext.Value `json:"results"`
	}
	if err := json.UnmarshalDecode(from, &object); err != nil {
		return err
	}
	switch object.Results.Kind() {
	case jsontext.KindNull:
		return nil
	case jsontext.KindBeginArray:
		return h.readHits(jsontext.NewDecoder(bytes.NewReader(object.Results), lenient))
	default:
		return errors.New("an object without results")
	}
}

// readHits reads the records of a list one by one.
func (h *results) readHits(from *jsontext.Decoder) error {
	if _, err := from.ReadToken(); err != nil {
		return err
	}
	for from.PeekKind() != jsontext.KindEndArray {
		var next document
		if err := json.UnmarshalDecode(from, &next); err != nil {
			return err
		}
		if next.ID <= 0 {
			return errors.New("a hit has no id")
		}
		h.hits = append(h.hits, next.hit())
	}
	_, err := from.ReadToken()
	return err
}

// fault is an error inside an answer. Its message is a string, or an object
// with a value (LoanPro help and SDK show both).
type fault struct {
	Message jsontext.Value `json:"message"`
}

// UnmarshalJSONFrom also accepts a bare string as the message.
func (f *fault) UnmarshalJSONFrom(from *jsontext.Decoder) error {
	if from.PeekKind() == jsontext.KindString {
		return json.UnmarshalDecode(from, &f.Message)
	}
	type object fault
	return json.UnmarshalDecode(from, (*object)(f))
}

func (e *envelope) failed() bool {
	return e.Error != nil || e.D == nil || e.D.Error != nil || !e.D.Results.present
}

// partial reports whether the search itself says that its answer is incomplete,
// in any of the places where a layer in between may have put it.
func (e *envelope) partial() bool {
	return e.incomplete() || e.D.incomplete() || e.D.Summary.incomplete()
}

// document holds the fields that loanmap uses of a search hit or a listed
// record. Which fields the index holds is not documented; these were seen in
// public code.
type document struct {
	ID        number     `json:"id"`
	DisplayID identifier `json:"displayId"`
	Status    text       `json:"loanStatusText"`
	lifecycle
	// Indexed is part of the search document; $expand=Customers adds Expanded.
	Indexed  customerList[customerDocument] `json:"customers"`
	Expanded customerList[customerDocument] `json:"Customers,case:strict"`
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
		NumericID: d.DisplayID.number || d.DisplayID.text == "" && d.CustomID.number,
		Archived:  bool(d.Archived), Deleted: d.deleted(), Temporary: d.temporary(),
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
// OpenSearch migration), and a tenant may be on either side of it.
type number int64

func (n *number) UnmarshalJSONFrom(from *jsontext.Decoder) error {
	raw, err := from.ReadValue()
	if err != nil {
		return err
	}
	s := bytes.Trim(raw, `"`)
	if len(s) == 0 || string(s) == "null" {
		*n = 0
		return nil
	}
	v, err := strconv.ParseInt(string(s), 10, 64)
	*n = number(v)
	return err
}

// text is a string, or a number exactly as written; null is empty.
type text string

func (t *text) UnmarshalJSONFrom(from *jsontext.Decoder) error {
	raw, err := from.ReadValue()
	if err != nil {
		return err
	}
	content, err := scalar(raw)
	*t = text(content)
	return err
}

// scalar returns a string, or a number exactly as written; null is empty.
func scalar(raw jsontext.Value) (string, error) {
	switch raw.Kind() {
	case jsontext.KindString:
		return textOf(raw), nil
	case jsontext.KindNumber:
		return string(raw), nil
	case jsontext.KindNull:
		return "", nil
	default:
		return "", errors.New("neither a text nor a number")
	}
}

// identifier is a display ID or custom ID. number is set if it came as a JSON
// number, which may have lost leading zeros, or zeros after the point.
type identifier struct {
	text   string
	number bool
}

func (i *identifier) UnmarshalJSONFrom(from *jsontext.Decoder) error {
	i.number = from.PeekKind() == jsontext.KindNumber
	return (*text)(&i.text).UnmarshalJSONFrom(from)
}

// customerList is an array, null, or an object with the array in results.
type customerList[T any] []T

func (l *customerList[T]) UnmarshalJSONFrom(from *jsontext.Decoder) error {
	if from.PeekKind() != jsontext.KindBeginObject {
		return json.UnmarshalDecode(from, (*[]T)(l))
	}
	var object struct {
		Results []T `json:"results"`
	}
	err := json.UnmarshalDecode(from, &object)
	*l = object.Results
	return err
}
