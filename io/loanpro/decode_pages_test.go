package loanpro

import (
	"maps"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// Whatever a page holds, reading it keeps the properties of FuzzDecode.
func TestGeneratedPages(t *testing.T) {
	t.Parallel()
	c := newClient(t, testConfig(DefaultBaseURL))
	rapid.Check(t, func(r *rapid.T) { checkDecoded(r, c, []byte(bodies().Draw(r, "body"))) })
}

// anyValue draws a JSON value of any shape.
func anyValue() *rapid.Generator[string] {
	return rapid.SampledFrom([]string{
		`null`, `true`, `false`, `0`, `1`, `-1`, `7.0`, `1.5`, `1e3`, `12345678901234567890`, `""`, `"x"`, `"1"`, `"0"`, `" 1 "`, `"null"`, `"no"`, `"maybe"`,
		`"Jos\u00e9"`, `"\ud800"`, "\"Jos\xe9\"", `"a\"b\\c"`, `"/Date(0)/"`, `"\/Date(1427829732)\/"`, `"2015-03-31"`, `[]`, `[ ]`, `{}`, `[1]`, `["x"]`, `[null]`,
		`{"value":1}`, `{"value":"2","value":null}`, `{"zipcode":"12345"}`, `{"zipcode":["x"]}`, `{"failed":1}`, `{"results":[]}`, `{"results":null}`, `{"__deferred":{}}`,
		`"customer.generationCode.jr"`, `{"message":"m"}`, `{"message":{"value":"m"}}`,
	})
}

// members draws an object with some of names, in any order, case and number.
func members(names []string, inner map[string]*rapid.Generator[string]) *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		var all []string
		for range rapid.IntRange(0, 7).Draw(t, "n") {
			name := rapid.SampledFrom(names).Draw(t, "name")
			value := anyValue()
			if g := inner[name]; g != nil && rapid.IntRange(0, 39).Draw(t, "fits") > 0 {
				value = g
			}
			switch rapid.IntRange(0, 19).Draw(t, "case") {
			case 0:
				name = strings.ToUpper(name)
			case 1:
				name = strings.ReplaceAll(name, "s", "\u017f")
			case 2:
				name = strings.ReplaceAll(name, "_", "")
			case 3:
				name = strings.ReplaceAll(name, "d", `\u0064`)
			}
			all = append(all, `"`+name+`":`+value.Draw(t, "value"))
		}
		return "{" + strings.Join(all, rapid.SampledFrom([]string{",", " ,\n"}).Draw(t, "comma")) + "}"
	})
}

// listOf draws a list, sometimes as an object with the list in results.
func listOf(g *rapid.Generator[string]) *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		list := "[" + strings.Join(rapid.SliceOfN(g, 0, 3).Draw(t, "list"), ",") + "]"
		if rapid.IntRange(0, 3).Draw(t, "inner") == 0 {
			list = `{"results":` + list + `}`
		}
		return list
	})
}

// bodies draws answers, most of them valid.
func bodies() *rapid.Generator[string] {
	person := []string{"customerName", "firstName", "middleName", "lastName", "companyName", "customId", "generationCode", "customerType", "email", "primaryPhone",
		"birthDate", "ssn", "primaryAddress", "zipcode", "loanRole", "other"}
	id := rapid.SampledFrom([]string{`1`, `"2"`, `3`, `4`, `"\u0035"`})
	text := rapid.SampledFrom([]string{`"x"`, `"L-1"`, `5`, `null`, `"Jos\u00e9"`, "\"Jos\xe9\"", `"\ud800"`})
	plain := map[string]*rapid.Generator[string]{"customerName": text, "firstName": text, "middleName": text, "lastName": text, "companyName": text, "customId": text, "displayId": text, "loanStatusText": text, "loanRole": text, "id": id}
	customer := members(append([]string{"id", "id"}, person...), plain)
	withLists := maps.Clone(plain)
	withLists["customers"], withLists["Customers"] = listOf(customer), listOf(customer)
	rest := members(append([]string{"displayId", "loanStatusText", "archived", "deleted", "deletedAt", "active", "temporary", "temporaryAccount", "__temporary",
		"customers", "Customers", "customers", "Customers"}, person...), withLists)
	loan := rapid.Custom(func(t *rapid.T) string {
		loan := rest.Draw(t, "loan")
		if loan == "{}" || rapid.IntRange(0, 19).Draw(t, "no id") == 0 {
			return loan
		}
		return `{"id":` + id.Draw(t, "id") + "," + loan[1:]
	})
	counts := map[string]*rapid.Generator[string]{}
	summary := members([]string{"total", "pageSize", "timed_out", "_shards", "other"}, counts)
	page := members([]string{"results", "results", "summary", "error", "__next", "timed_out", "_shards"}, map[string]*rapid.Generator[string]{"results": listOf(loan), "summary": summary})
	root := members([]string{"d", "d", "d", "error", "message", "timed_out", "_shards"}, map[string]*rapid.Generator[string]{"d": page})
	return rapid.Custom(func(t *rapid.T) string {
		body := root.Draw(t, "body")
		if rapid.IntRange(0, 2).Draw(t, "plain") > 0 {
			body = `{"d":{"results":[` + strings.Join(rapid.SliceOfN(loan, 0, 4).Draw(t, "loans"), ",") + `],"summary":` + summary.Draw(t, "summary") + `}}`
		}
		switch rapid.IntRange(0, 39).Draw(t, "end") {
		case 3:
			body = strings.Replace(body, rapid.SampledFrom([]string{"1", ",", ":", "}"}).Draw(t, "of"), rapid.SampledFrom([]string{"01", "nul", `"`, "[", "1 2", "+1", "'"}).Draw(t, "by"), 1)
		case 0:
			body = body[:rapid.IntRange(0, len(body)).Draw(t, "cut")]
		case 1:
			body += rapid.SampledFrom([]string{" ", "x", "{}", "null", "\x00"}).Draw(t, "after")
		case 2:
			body = "\ufeff" + body
		}
		return body
	})
}
