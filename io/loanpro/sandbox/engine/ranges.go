package engine

import (
	"maps"
	"math"
	"slices"
	"strconv"
	"time"
)

const day = 24 * 60 * 60 // seconds

// exactly looks for one value in a field of numbers. The value is a number or a
// string. A date field matches at any time of the day.
func exactly(f *field, text string) (node, error) {
	low, err := f.bound(text, false)
	if err != nil {
		return nil, err
	}
	high, err := f.bound(text, true)
	if err != nil {
		return nil, err
	}
	return valueQuery{field: f, low: low, high: high}, nil
}

// bound reads a value as a number of the field. A day is its first second, or
// its last if up is set.
func (f *field) bound(text string, up bool) (float64, error) {
	if !f.date {
		return parseNumber(text)
	}
	date, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return 0, &Error{"parse_exception", "failed to parse date field, wants yyyy-mm-dd"}
	}
	seconds := date.Unix()
	if up {
		seconds += day - 1
	}
	return float64(seconds), nil
}

func parseNumber(text string) (float64, error) {
	switch text {
	case "true":
		return 1, nil
	case "false":
		return 0, nil
	}
	value, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsNaN(value) {
		return 0, &Error{"number_format_exception", "the value is no number"}
	}
	return value, nil
}

func parseRange(f *field, args any) (node, error) {
	if f.texts != nil {
		return nil, malformed("[range] is taken on numbers and dates only, and [%s] is text", f.name)
	}
	m, ok := args.(object)
	if !ok {
		return nil, malformed("[range] malformed, no start_object after field [%s]", f.name)
	}
	out := valueQuery{field: f, low: math.Inf(-1), high: math.Inf(1)}
	for _, name := range slices.Sorted(maps.Keys(m)) {
		if name == "boost" {
			continue
		}
		text, err := scalar(m[name])
		if err != nil {
			return nil, err
		}
		if err := out.limit(name, text); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// misread returns what the settings make of a range of numbers.
func (p *parser) misread(q node, err error) (node, error) {
	wanted, isRange := q.(valueQuery)
	if err != nil || !isRange || wanted.field.date {
		return q, err
	}
	switch p.index.settings.Ranges {
	case RangesIgnored:
		return matchAll{p.index}, nil
	case RangesEmpty:
		return matchNone{}, nil
	case RangesAsText:
		return textRange(wanted), nil
	}
	return q, nil
}

// textRange finds the documents with a number whose digits are between those of low
// and of high, as texts are compared.
type textRange valueQuery

func (q textRange) find() Hits {
	low, high := digits(q.low), digits(q.high)
	values := q.field.values()
	found := newDocSet(values.size)
	for i, value := range values.values {
		text := digits(value)
		if (math.IsInf(q.low, -1) || text >= low) && (math.IsInf(q.high, 1) || text <= high) {
			found.add(values.docs[i : i+1])
		}
	}
	return Hits{docs: found.list(), flat: 1}
}

func digits(value float64) string { return strconv.FormatFloat(value, 'f', -1, 64) }

// limit narrows the query by one of gt, gte, lt and lte. A day counts whole: gt
// begins after its last second, lte ends with it.
func (q *valueQuery) limit(name, text string) error {
	up := name == "gt" || name == "lte"
	value, err := q.field.bound(text, up)
	if err != nil {
		return err
	}
	switch name {
	case "gt":
		q.low = max(q.low, math.Nextafter(value, math.Inf(1)))
	case "gte":
		q.low = max(q.low, value)
	case "lt":
		q.high = min(q.high, math.Nextafter(value, math.Inf(-1)))
	case "lte":
		q.high = min(q.high, value)
	default:
		return malformed("[range] query does not support [%s]", name)
	}
	return nil
}
