package sandbox

import (
	"encoding/json"
	"strings"
	"testing"
)

// TestBOM checks that a byte order mark comes before every body.
func TestBOM(t *testing.T) {
	for _, faults := range []Faults{{}, {Status: 409}, {Status: 404}, {Huge: 1000}} {
		plain, marked := someTenant(t, Shape{}, faults), someTenant(t, Shape{BOM: true}, faults)
		for _, target := range []string{loans, customers} {
			if want, got := "\xef\xbb\xbf"+plain.post(target, "").body, marked.post(target, "").body; got != want {
				t.Errorf("%+v: %.100q", faults, got)
			}
		}
		if want, got := plain.get("odata.svc/Loans(11)").body, marked.get("odata.svc/Loans(11)").body; got != "\ufeff"+want {
			t.Errorf("%+v, read: %.100q", faults, got)
		}
	}
	if got := countersOverHTTP(t, someTenant(t, Shape{BOM: true, Latin1: true}, Faults{}).base); got.Requests != 0 {
		t.Errorf("counters %+v", got)
	}
}

// TestLatin1 checks that the body is Windows-1252, and UTF-8 for characters that
// Windows-1252 lacks.
func TestLatin1(t *testing.T) {
	files := "id,display_id,customers\n1,Préstamo–7 €,5:primary\n2,ŁÓDŹ,\n3,L1,\n"
	people := "id,first_name,last_name\n5,Žoë,Œuvre\n"
	body := func(shape Shape) seen {
		return calling(t, Options{Dir: folder(t, files, people), Shape: shape}).post(loans+"?$orderby=id", "")
	}
	got, plain := body(Shape{Latin1: true}), body(Shape{})
	for _, want := range []string{
		`"displayId":"Pr` + "\xe9" + `stamo` + "\x96" + `7 ` + "\x80" + `"`, `"displayId":"Ł` + "\xd3" + `DŹ"`, `"displayId":"L1"`,
		`"firstName":"` + "\x8e" + `o` + "\xeb" + `","lastName":"` + "\x8c" + `uvre"`,
	} {
		if !strings.Contains(got.body, want) {
			t.Errorf("no %q in %q", want, got.body)
		}
	}
	if kind := got.header.Get("Content-Type"); kind != "application/json" || got.status != 200 {
		t.Errorf("%d %s", got.status, kind)
	}
	if !strings.Contains(plain.body, `"displayId":"Préstamo–7 €"`) || !json.Valid([]byte(plain.body)) {
		t.Errorf("without: %s", plain.body)
	}
}
