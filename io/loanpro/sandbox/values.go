package sandbox

import (
	"math"
	"strconv"
	"time"
)

const day = 24 * 60 * 60 // seconds

// exactly asks a field of numbers for one value, written as number or string;
// of a date field, for any time of that day.
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

// bound reads a value of f as the field's number; a day is its first second,
// or its last when up is set.
func (f *field) bound(text string, up bool) (float64, error) {
	if !f.date {
		return parseNumber(text)
	}
	date, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return 0, &queryError{"parse_exception", "failed to parse date field, wants yyyy-mm-dd"}
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
		return 0, &queryError{"number_format_exception", "the value is no number"}
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
	for name, raw := range m {
		if name == "boost" {
			continue
		}
		text, err := scalar(raw)
		if err != nil {
			return nil, err
		}
		if err := out.limit(name, text); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// limit narrows the query by one of gt, gte, lt and lte. A day counts whole:
// after it begins behind its last second, up to it ends with that second.
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
