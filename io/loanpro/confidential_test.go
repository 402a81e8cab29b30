package loanpro

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/unicode/norm"
)

func TestWhatWasAskedIsHidden(t *testing.T) {
	t.Parallel()
	ask := func(values ...string) []string { return values }
	tests := []struct {
		name   string
		values []string
		text   string
		want   string
	}{
		{"nothing asked, nothing hidden", nil, "No route found", "No route found"},
		{"nothing of it said", ask("Worbourne"), "No route found", "No route found"},
		{"nothing said", ask("Worbourne"), "", ""},
		{"a name", ask("Worbourne"), "cannot parse [Worbourne]", "cannot parse […]"},
		{"in any case", ask("Worbourne"), "WORBOURNE, worbourne", "…"},
		{"the whole of it", ask("Worbourne"), "Worbourne", "…"},
		{"part of a longer token", ask("000212"), "cannot parse [L0002123]", "cannot parse […]"},
		{"the beginning of it", ask("Worbourne"), "cannot parse [Worb", "cannot parse […"},
		{"the middle of it", ask("Worbourne"), "at 'bour'", "at '…'"},
		{"less than three letters of it", ask("Worbourne"), "at 'bo'", "at 'bo'"},
		{"a short value as a whole token", ask("Li", "Wu", "7"), "Li Wu is no lien of 7 or 77", "… is no lien of … or 77"},
		{"several in a row", ask("Thomas A. Worbourne"), "parse [Thomas A. Worbourne] failed", "parse […] failed"},
		{"several apart", ask("Thomas Worbourne"), "[Thomas] before [Worbourne]", "[…] before […]"},
		{"a number", ask("9001122.50"), "no 9001122.50 here", "no … here"},
		{"part of a number", ask("900-11-2222"), "no 2222, 900112222", "no …"},
		{"quotes", ask(`O'Brien "Bob"`), `O\'Brien \"Bob\" it was`, `…\" it was`},
		{"accents, however they are written", ask("José", "Núñez"), "jose NUN\u0303EZ Jose\u0301 José wants", "… wants"},
		{"full width", ask("L000212"), "Ｌ０００２１２ there", "… there"},
		{"sharp s", ask("Weiß"), "WEISS there", "… there"},
		{"Chinese, two characters", ask("李明"), "姓名李明无效 x", "… x"},
		{"Vietnamese", ask("Nguyễn"), "nguyen x Nguyễn", "… x …"},
		{"an email", ask("ann.bee@example.com"), "no bee at ann.bee@EXAMPLE.com", "no … at …"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := newConfidential(test.values).hide(test.text); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestEscapesAreRead(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"plain":                              "plain",
		"100% sure":                          "100% sure",
		"Jos%C3%A9%20N":                      "José N",
		"Jos%c3%a9":                          "José",
		"Jos%25C3%25A9":                      "José",
		"Jos%E9":                             "José",
		`Jos\u00e9`:                          "José",
		`Jos\\u00E9`:                         "José",
		`\u004a\u006f\u0073\u00e9`:           "José",
		`\ud842\udfb7`:                       "𠮷",
		`%5Cu004aosé`:                        "José",
		`\ud842`:                             "\ufffd",
		`\u12`:                               `\u12`,
		"%":                                  "%",
		strings.Repeat("%25", 3) + "41":      "%%A",
		"%57%6f%72%62%6f%75%72%6e%65%22%7d+": `Worbourne"}+`,
	} {
		if got := unescape(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

func TestValuesOfARequest(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		request request
		want    []string
	}{
		{request{path: "/Loans/Autopal.Search()"}, nil},
		{request{path: "/x?$top=5&$start=0", body: []byte(`{"query":{"terms":{"id":[8890,12.50]},"match":{"name":"O'Brien"}},"b":true,"n":null}`)},
			[]string{"12.50", "8890", "O'Brien"}},
		{request{path: "/x?$filter=displayId%20eq%20%27L%201%27&$top=50&$expand=Customers"}, []string{"displayId eq 'L 1'"}},
		{request{path: "/x?a;b=%41"}, []string{"a;b=A"}},
		{request{path: "/x", body: []byte(`{"query":"Worbourne`)}, []string{`{"query":"Worbourne`}},
	} {
		got := test.request.values()
		slices.Sort(got)
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%+v (-want +got):\n%s", test.request, diff)
		}
	}
}

// canaries are values as sheets hold them.
var canaries = []string{
	`Canary-L000212`, `O'Canary "Bob"`, `Cänärý Nuñez`, `4155550123`, `canary@example.org`, `张伟明`, `Łukasz Żółć`, `9007199254740993`,
	`CANARY\backslash`, `canary%41bc`, `<canary>&amp;`,
}

// echoes are ways in which servers quote a request.
var echoes = map[string]func(query, uri string) string{
	"raw":        func(query, uri string) string { return fmt.Sprintf("failed to parse query [%s] at %s", query, uri) },
	"upper case": func(query, uri string) string { return strings.ToUpper("failed " + query + uri) },
	"cut":        func(query, _ string) string { return "failed " + query[len(query)/3:len(query)*4/5] },
	"percent":    func(query, _ string) string { return "failed " + url.QueryEscape(query) },
	"all percent": func(query, _ string) string {
		return "failed " + strings.ReplaceAll(fmt.Sprintf("% x", " "+query), " ", "%")
	},
	"all \\u":       func(query, _ string) string { return "failed " + escaped(query) },
	"\\u":           func(query, _ string) string { return "failed " + ascii(query) },
	"JSON in JSON":  func(query, _ string) string { return "failed " + mustJSON(mustJSON(query)) },
	"decomposed":    func(query, _ string) string { return "failed " + norm.NFD.String(query) },
	"without marks": func(query, _ string) string { return "failed " + stripped(query) },
	"in words": func(query, _ string) string {
		return "failed " + strings.Join(strings.FieldsFunc(query, func(r rune) bool { return !inToken(r) }), "; ")
	},
	"in one word": func(query, _ string) string {
		return "failed x" + strings.Join(strings.FieldsFunc(query, func(r rune) bool { return !inToken(r) }), "")
	},
}

// ascii writes what is not ASCII as \u.
func ascii(text string) string {
	var out strings.Builder
	for _, r := range text {
		if r < utf8.RuneSelf {
			out.WriteRune(r)
		} else {
			fmt.Fprintf(&out, `\u%04x`, r)
		}
	}
	return out.String()
}

// escaped writes every character as \u.
func escaped(text string) string {
	var out strings.Builder
	for _, unit := range utf16.Encode([]rune(text)) {
		fmt.Fprintf(&out, `\u%04x`, unit)
	}
	return out.String()
}

func stripped(text string) string { return newConfidential(nil).folded(text) }

// wantNoCanary fails where text holds three letters or digits of a canary.
func wantNoCanary(t *testing.T, text string) {
	t.Helper()
	folded := stripped(unescape(text))
	for _, canary := range []string{"anary", "000212", "bob", "nunez", "4155", "0123", "张伟", "伟明", "lukasz", "zolc", "łukasz", "żołc", "9007", "0993", "backslash"} {
		if strings.Contains(folded, stripped(canary)) {
			t.Errorf("%q shows in %q", canary, text)
		}
	}
}

// However a server quotes the query, no error and no log shows a value of it.
func TestNothingAskedIsRepeated(t *testing.T) {
	for how, echo := range echoes {
		for _, status := range []int{200, 400, 401, 403, 404, 409, 429, 500, 503} {
			t.Run(fmt.Sprint(how, " ", status), func(t *testing.T) {
				tenant := func(w http.ResponseWriter, r *http.Request) {
					query, _ := io.ReadAll(r.Body)
					w.WriteHeader(status)
					_, _ = io.WriteString(w, mustJSON(map[string]any{"error": map[string]string{"message": echo(string(query), r.RequestURI)}}))
				}
				for name, call := range map[string]func(context.Context, *Client) error{
					"search": func(ctx context.Context, c *Client) error {
						_, err := c.Find(ctx, anyStrategy, Texts(canaries...))
						return err
					},
					"list": func(ctx context.Context, c *Client) error {
						_, err := c.FindInDatabase(ctx, DisplayID, canaries)
						return err
					},
				} {
					if how == "cut" && name == "list" { // it has no body to cut
						continue
					}
					inBubble(t, http.HandlerFunc(tenant), func(t *testing.T, c *Client) {
						var log bytes.Buffer
						c.config.Log = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
						ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
						defer cancel()
						e, ok := errors.AsType[*Error](call(ctx, c))
						if !ok || !strings.Contains(strings.ToLower(e.Message), "failed") {
							t.Fatalf("%s: %v: LoanPro's message is not shown, so nothing was tested", name, e)
						}
						for _, text := range []string{e.Error(), e.Brief(), e.Advice(), fmt.Sprintf("%+v", e), log.String()} {
							wantNoCanary(t, text)
						}
					})
				}
			})
		}
	}
}

// No token of a redacted message contains a token of a value, however tokens
// are cut.
func FuzzConfidential(f *testing.F) {
	f.Add("L000212", "cannot parse [L000212]")
	f.Add("O'Brien", `o\u0027brien %4fbrien`)
	f.Add("Nguyễn", "NGUYE\u0302\u0303N")
	f.Add("李明", "姓名李明")
	c, err := New(testConfig(DefaultBaseURL))
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, value, text string) {
		body, err := json.Marshal(map[string]any{"query": value})
		if err != nil {
			return
		}
		req := request{path: "/x", body: body}
		message := c.message(req, []byte(mustJSON(map[string]string{"message": text})))
		if n := utf8.RuneCountInString(message); n > shownMessage+1 || strings.ContainsAny(message, "\r\n\x1b") {
			t.Errorf("%q is no short line", message)
		}
		secrets := newConfidential(req.values())
		for token := range strings.FieldsFuncSeq(message, func(r rune) bool { return !inToken(r) }) {
			token = secrets.folded(token)
			for _, part := range secrets.parts {
				if strings.Contains(token, part) && !strings.Contains(noMessage, token) && token != "redacted" {
					t.Errorf("%q of %q shows in %q", part, value, message)
				}
			}
		}
	})
}
