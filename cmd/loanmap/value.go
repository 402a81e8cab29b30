package main

import (
	"encoding"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/alecthomas/kong"

	"loanmap/pipeline/question"
)

// checkedValue reads a value of the command line. A wrong value gives a
// [question.UsageError], which names flag and value and says what is possible. The
// parser's own errors name its tokens and Go's types.
//
// In addition to the parser's tags it knows these, for numbers and times:
//
//	above:"0"  the value must be larger
//	min:"1"    the least value; 0 if there is no tag
//	max:"64"   the largest value; "default" is the default. A SHARE is at most 1.
type checkedValue struct{ kong.Mapper }

// checkValues makes every value of the command line a checked one.
func checkValues(app *kong.Kong) error {
	return kong.Visit(app.Model, func(node kong.Visitable, next kong.Next) error {
		if value, ok := node.(*kong.Value); ok {
			value.Mapper = checkedValue{value.Mapper}
		}
		return next(nil)
	})
}

// Decode reads the next word of the command line into target.
func (c checkedValue) Decode(ctx *kong.DecodeContext, target reflect.Value) error {
	value, next := ctx.Value, ctx.Scan.Peek()
	if !value.IsBool() && !next.IsValue() {
		return valueMissing(value, next)
	}
	word := next.String()
	if err := c.Mapper.Decode(ctx, target); err != nil {
		return valueWrong(value, word, err)
	}
	if unknown, found := unlisted(value, target); found {
		return notListed(value, unknown, "is not one of its values", listed(value))
	}
	if limits, ok := limitsOf(value); ok && !limits.allow(number(target)) {
		return usageOf(value, fmt.Sprintf("%q is out of range", word), "give "+describe(value))
	}
	return nil
}

// usageOf returns an error about a value.
func usageOf(value *kong.Value, problem, hint string) error {
	return question.Usage(nameOf(value)+": "+problem, hint)
}

// nameOf returns what the help calls a value: --rate, or INPUT.
func nameOf(value *kong.Value) string {
	if value.Flag != nil {
		return "--" + value.Name
	}
	return value.Name
}

// valueMissing says that next is the end, or looks like a flag.
func valueMissing(value *kong.Value, next kong.Token) error {
	problem, hint := "needs a value", "give "+describe(value)
	if !next.IsEOL() {
		problem += fmt.Sprintf(", and %q looks like a flag", next.String())
		hint += fmt.Sprintf("; a value that begins with a dash follows an equals sign: %s=%s", nameOf(value), next)
	}
	return question.Usage(nameOf(value)+" "+problem, hint)
}

// valueWrong says why word is no value. The mappers of this project say it
// themselves: what is possible follows "give" in their errors.
func valueWrong(value *kong.Value, word string, err error) error {
	if usage, ok := errors.AsType[*question.UsageError](err); ok {
		return usage
	}
	if value.IsBool() {
		return question.Usage(fmt.Sprintf("%s takes no value, and %q is one", nameOf(value), word), "write "+nameOf(value)+" alone")
	}
	if kind, ok := numberKind(value); ok {
		return notANumber(value, word, kind)
	}
	problem, hint := adviceIn(err, "give "+describe(value))
	return usageOf(value, problem, hint)
}

// adviceIn splits an error that ends with ": give " and what is possible. hint is that of
// an error that does not.
func adviceIn(err error, hint string) (problem, advice string) {
	problem, possible, found := strings.Cut(err.Error(), ": give ")
	if !found {
		return problem, hint
	}
	return problem, "give " + possible
}

// notANumber says what a number, a whole number or a time lacks.
func notANumber(value *kong.Value, word, kind string) error {
	digits := word != "" && strings.Trim(word, "0123456789") == ""
	switch {
	case isTime(value) && digits:
		return usageOf(value, fmt.Sprintf("%q has no unit", word), fmt.Sprintf("write %[1]ss for seconds, %[1]sm for minutes or %[1]sh for hours", word))
	case digits:
		return usageOf(value, fmt.Sprintf("%q is out of range", word), "give "+describe(value))
	}
	return usageOf(value, fmt.Sprintf("%q is not %s", word, kind), "give "+describe(value))
}

// notListed says that word is not in list.
func notListed(value *kong.Value, word, problem string, list []string) error {
	hint := didYouMean(word, list, "give one of: "+strings.Join(list, ", "))
	return usageOf(value, fmt.Sprintf("%q %s", word, problem), hint)
}

// unlisted returns what target holds, or one of what it holds, that the flag does not list.
func unlisted(value *kong.Value, target reflect.Value) (unknown string, found bool) {
	given := []string{fmt.Sprint(target.Interface())}
	if several, ok := reflect.TypeAssert[[]string](target); ok {
		given = several
	}
	at := slices.IndexFunc(given, func(text string) bool { return !slices.Contains(value.EnumSlice(), text) })
	if value.Enum == "" || at < 0 {
		return "", false
	}
	return given[at], true
}

// listed returns the values that a flag can have, if it lists them.
func listed(value *kong.Value) []string {
	if value.Enum == "" {
		return nil
	}
	return slices.DeleteFunc(value.EnumSlice(), func(text string) bool { return text == "" })
}

// describe says what a value may be, after "give".
func describe(value *kong.Value) string {
	if list := listed(value); list != nil {
		return "one of: " + strings.Join(list, ", ")
	}
	kind, isNumber := numberKind(value)
	switch {
	case value.Flag == nil:
		return value.Name + ": " + sentence(value.Help)
	case !isNumber:
		return fmt.Sprintf("%s %s: %s", nameOf(value), value.Flag.FormatPlaceHolder(), sentence(value.Help))
	}
	limits, _ := limitsOf(value)
	if example := exampleOf(value); example != "" {
		return fmt.Sprintf("%s%s, such as %s %s", kind, limits, nameOf(value), example)
	}
	return kind + limits.String()
}

// sentence returns the first sentence of a flag's help, as it goes on after a colon.
func sentence(help string) string {
	first, _, _ := strings.Cut(help, ". ")
	r, size := utf8.DecodeRuneInString(first)
	if second, _ := utf8.DecodeRuneInString(first[size:]); !unicode.IsUpper(second) {
		first = string(unicode.ToLower(r)) + first[size:]
	}
	return strings.TrimSuffix(first, ".")
}

// numberKind says what kind of number a value is, if it is one.
func numberKind(value *kong.Value) (kind string, ok bool) {
	switch {
	case reflect.PointerTo(value.Target.Type()).Implements(reflect.TypeFor[encoding.TextUnmarshaler]()):
		return "", false // it reads itself
	case isTime(value):
		return "a time", true
	case value.Target.CanInt(), value.Target.CanUint():
		return "a whole number", true
	case value.Target.CanFloat():
		return "a number", true
	}
	return "", false
}

func isTime(value *kong.Value) bool { return value.Target.Type() == reflect.TypeFor[time.Duration]() }

// exampleOf returns a value that a number may have: its default, if that is allowed.
func exampleOf(value *kong.Value) string {
	switch {
	case value.HasDefault:
		return value.Default
	case isTime(value):
		return "2m"
	case isShare(value):
		return "0.05"
	}
	return value.Tag.Get("min")
}

func isShare(value *kong.Value) bool { return value.Flag != nil && value.Flag.PlaceHolder == "SHARE" }

// number returns target as a number; times count in nanoseconds.
func number(target reflect.Value) float64 {
	switch {
	case target.CanInt():
		return float64(target.Int())
	case target.CanUint():
		return float64(target.Uint())
	}
	return target.Float()
}

// limits are the bounds of a number, as its tags say them.
type limits struct{ above, least, most string }

func limitsOf(value *kong.Value) (limits, bool) {
	_, isNumber := numberKind(value)
	l := limits{value.Tag.Get("above"), value.Tag.Get("min"), value.Tag.Get("max")}
	switch {
	case l.most == "default":
		l.most = value.Default
	case l.most == "" && isShare(value):
		l.most = "1"
	}
	if l.above == "" && l.least == "" {
		l.least = "0"
	}
	return l, isNumber
}

// allow reports whether n is within the bounds. NaN is not.
func (l limits) allow(n float64) bool {
	within := func(bound string, compare func(bound float64) bool) bool {
		parsed, err := strconv.ParseFloat(bound, 64)
		return bound == "" || err == nil && compare(parsed)
	}
	return within(l.above, func(bound float64) bool { return n > bound }) &&
		within(l.least, func(bound float64) bool { return n >= bound }) &&
		within(l.most, func(bound float64) bool { return n <= bound })
}

// String returns the bounds as they follow "a number".
func (l limits) String() string {
	switch {
	case l.above != "" && l.most != "":
		return " above " + l.above + " and at most " + l.most
	case l.above != "":
		return " above " + l.above
	case l.most != "":
		return " from " + l.least + " to " + l.most
	}
	return ", " + l.least + " or more"
}

// decodeEvidence reads KIND=COLUMN,… into a map. A kind may occur once in all.
func decodeEvidence(ctx *kong.DecodeContext, target reflect.Value) error {
	var text string
	if err := ctx.Scan.PopValueInto("evidence", &text); err != nil {
		return err
	}
	into := target.Interface().(map[question.Evidence]string)
	what, example := "column", "write KIND=COLUMN, such as --evidence email=D,zip=-"
	if strings.HasPrefix(ctx.Value.Flag.PlaceHolder, "KIND=VALUE") {
		what, example = "value", "write KIND=VALUE, such as --evidence zip=84601"
	}
	for _, pair := range kong.SplitEscaped(text, ctx.Value.Tag.MapSep) {
		name, column, _ := strings.Cut(pair, "=")
		kind := question.Evidence(name)
		switch {
		case what == "value" && !slices.Contains(question.EvidenceKinds(), kind): // it may be part of a value, which no message quotes
			return usageOf(ctx.Value, "a part of it does not begin with a kind of evidence", "give one of: "+strings.Join(texts(question.EvidenceKinds()), ", ")+`; a comma inside a value is written \,`)
		case !slices.Contains(question.EvidenceKinds(), kind):
			return notListed(ctx.Value, name, "is not a kind of evidence", texts(question.EvidenceKinds()))
		case column == "":
			return usageOf(ctx.Value, fmt.Sprintf("%q names no %s", pair, what), example)
		case into[kind] != "":
			return usageOf(ctx.Value, fmt.Sprintf("%q is given twice", name), "name one "+what+" for each kind, in one --evidence")
		}
		into[kind] = column
	}
	return nil
}

func texts[T ~string](values []T) []string {
	var all []string
	for _, value := range values {
		all = append(all, string(value))
	}
	return all
}
