package loanpro

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"
)

// holder is any struct that has a token in an unexported field, which fmt
// prints without calling its methods.
type holder struct {
	Shown  Token
	hidden Token
	config Config
}

func TestTokenNeverShows(t *testing.T) {
	token := mustToken(secret)
	config := testConfig("https://localhost" + basePath)
	held := holder{token, token, config}
	values := map[string]any{
		"token": token, "pointer": &token, "slice": []Token{token}, "map": map[string]Token{"t": token},
		"config": config, "struct": held, "pointer to struct": &held, "client": newClient(t, config),
		"error": fmt.Errorf("with %v", token),
	}
	for kind, value := range values {
		for how, render := range renderings() {
			t.Run(kind+" "+how, func(t *testing.T) { wantNoSecret(t, render(value)) })
		}
	}
}

func renderings() map[string]func(any) string {
	renderings := map[string]func(any) string{
		"Sprint": func(v any) string { return fmt.Sprint(v) },
		"JSON":   func(v any) string { text, err := json.Marshal(v); return string(text) + fmt.Sprint(err) },
		"slog text": func(v any) string {
			return logged(v, func(w io.Writer) slog.Handler { return slog.NewTextHandler(w, nil) })
		},
		"slog JSON": func(v any) string {
			return logged(v, func(w io.Writer) slog.Handler { return slog.NewJSONHandler(w, nil) })
		},
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%o", "%t", "%p", "%5.2f"} {
		renderings[verb] = func(v any) string { return fmt.Sprintf(verb, v) }
	}
	return renderings
}

func logged(v any, handler func(io.Writer) slog.Handler) string {
	var out bytes.Buffer
	log := slog.New(handler(&out))
	log.With("with", v).WithGroup("group").Info("message", "value", v)
	log.Info(fmt.Sprint(v))
	return out.String()
}

func wantNoSecret(t *testing.T, text string) {
	t.Helper()
	for _, shape := range []string{
		secret, strings.ToLower(secret), hex.EncodeToString([]byte(secret)), strings.ToUpper(hex.EncodeToString([]byte(secret))),
		base64.StdEncoding.EncodeToString([]byte(secret)), strings.Trim(fmt.Sprintf("%d", []byte(secret)), "[]"),
	} {
		if strings.Contains(text, shape) {
			t.Errorf("the token shows as %q in %q", shape, text)
		}
	}
}

func TestTokenShowsAsRedacted(t *testing.T) {
	token := mustToken(secret)
	for how, render := range renderings() {
		if got := render(token); how != "%p" && !strings.Contains(got, "[redacted]") {
			t.Errorf("%s: got %q, which says nothing of a token", how, got)
		}
	}
	if got := token.String(); got != "[redacted]" {
		t.Errorf("String: got %q", got)
	}
}

// The token is read from the request that LoanPro gets.
func TestNewTokenKeeps(t *testing.T) {
	tests := []struct{ name, pasted, want string }{
		{"a legacy token", "0123456789abcdef0123456789abcdef01234567", "0123456789abcdef0123456789abcdef01234567"},
		{"characters of base64", secret, secret},
		{"percent signs undecoded", "kv2_a%2Bb%3D", "kv2_a%2Bb%3D"},
		{"case", "AbCdEf", "AbCdEf"},
		{"all but Bearer", "Bearer " + secret, secret},
		{"all but bearer in lower case", "bearer " + secret, secret},
		{"all but BEARER in upper case", "BEARER " + secret, secret},
		{"all but Bearer and several blanks", "Bearer   " + secret, secret},
		{"a token that begins with Bearer", "Bearer1234", "Bearer1234"},
		{"all but blanks around", "  " + secret + "\t ", secret},
		{"all but a newline at the end", secret + "\n", secret},
		{"all but a Windows line end", "Bearer " + secret + "\r\n", secret},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			token, err := NewToken(test.pasted)
			if err != nil {
				t.Fatal(err)
			}
			if got := authorization(t, token); got != "Bearer "+test.want {
				t.Errorf("sent %q, want %q", got, "Bearer "+test.want)
			}
		})
	}
}

func authorization(t *testing.T, token Token) string {
	t.Helper()
	var got string
	c := onLoopback(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got = r.Header.Get("Authorization")
		foundLoan(w, r)
	}))
	c.config.Token = token
	if err := fetchFirstPage(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	return got
}

func TestNewTokenRefuses(t *testing.T) {
	tests := []struct{ name, pasted string }{
		{"nothing", ""},
		{"white space", " \t\r\n"},
		{"Bearer and nothing", "Bearer"},
		{"Bearer and a blank", "Bearer "},
		{"Bearer twice", "Bearer Bearer " + secret},
		{"a blank inside", secret[:8] + " " + secret[8:]},
		{"a newline inside", secret[:8] + "\n" + secret[8:]},
		{"two tokens", secret + "\n" + secret},
		{"a line of headers", secret + "\r\nX-Evil: 1"},
		{"a tab inside", secret[:8] + "\t" + secret[8:]},
		{"a control character", secret + "\x00" + secret},
		{"delete", secret + "\x7f" + secret},
		{"a no-break space", secret + "\u00a0" + secret},
		{"a zero-width space", secret + "\u200b"},
		{"a byte order mark", "\ufeff" + secret},
		{"a letter that is not ASCII", secret + "é"},
		{"bytes that are no text", secret + "\xff"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			token, err := NewToken(test.pasted)
			if err == nil || token != (Token{}) {
				t.Fatalf("took it, want an error")
			}
			if strings.Contains(err.Error(), secret[:8]) || strings.Contains(err.Error(), secret[8:]) {
				t.Errorf("the error repeats what was pasted: %v", err)
			}
		})
	}
}

// Whatever a server answers, no error and no log has the token.
func TestErrorsAndLogsHoldNoSecrets(t *testing.T) {
	for name, answer := range tattlers() {
		t.Run(name, func(t *testing.T) {
			var log bytes.Buffer
			inBubble(t, answer, func(t *testing.T, c *Client) {
				c.config.Log = slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
				ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
				defer cancel()
				_, err := c.Find(ctx, anyStrategy, Texts(asked))
				failure, ok := errors.AsType[*Error](err)
				if !ok {
					t.Fatalf("got %v, want an *Error", err)
				}
				for _, text := range append(everyText(err), failure.Message, failure.Advice(), fmt.Sprintf("%+v", failure), log.String()) {
					wantNoSecret(t, text)
					wantNothingAsked(t, text)
				}
			})
			if log.Len() == 0 {
				t.Error("nothing was logged, so nothing was tested")
			}
		})
	}
}

// everyText returns the text of err and of all that it wraps.
func everyText(err error) []string {
	var texts []string
	for ; err != nil; err = errors.Unwrap(err) {
		texts = append(texts, err.Error())
	}
	return texts
}

func wantNothingAsked(t *testing.T, text string) {
	t.Helper()
	for _, canary := range []string{asked, "CANARY", "123-45-6789"} {
		if strings.Contains(text, canary) {
			t.Errorf("%q shows in %q", canary, text)
		}
	}
}

// tattlers are servers that send back the request, and people's data.
func tattlers() map[string]http.HandlerFunc {
	const tattled = secret + ` "` + asked + `" 123-45-6789` + "\r\n\r\n"
	tattlers := map[string]http.HandlerFunc{
		"a broken status line": tattle("Bearer " + tattled),
		"a broken header":      tattle("HTTP/1.1 200 OK\r\nBearer " + tattled),
		"a broken length":      tattle("HTTP/1.1 200 OK\r\nContent-Length: " + tattled),
		"a broken version":     tattle("HTTP/" + tattled),
		"a broken status":      tattle("HTTP/1.1 " + tattled),
	}
	for _, status := range []int{200, 201, 302, 400, 401, 403, 404, 409, 410, 429, 500, 503} {
		for shape, text := range map[string]string{
			"HTML":     "<html>%[1]s %[2]s 123-45-6789</html>",
			"cut JSON": `{"d":{"results":[{"id":1,"auth":%[1]q,"displayId":%[2]q,"ssn":"123-45-6789"`,
			"message":  `{"error":{"message":{"value":%[1]q}},"ssn":"123-45-6789","query":%[2]q}`,
			"bad hit":  `{"message":%[1]q,"d":{"results":[{"id":"123-45-6789","displayId":%[2]q}]}}`,
		} {
			tattlers[fmt.Sprint(status, " ", shape)] = func(w http.ResponseWriter, r *http.Request) {
				query, _ := io.ReadAll(r.Body)
				w.Header().Set("Location", "http://localhost/"+secret+"/"+asked)
				w.Header().Set("Retry-After", secret)
				w.WriteHeader(status)
				_, _ = fmt.Fprintf(w, text, r.Header.Get("Authorization"), query)
			}
		}
	}
	return tattlers
}

// tattle answers with raw bytes instead of HTTP.
func tattle(raw string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			panic(err)
		}
		defer conn.Close()
		_, _ = io.WriteString(conn, raw)
	}
}
