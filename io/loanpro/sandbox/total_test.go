package sandbox

import (
	"strings"
	"testing"
)

func TestTotal(t *testing.T) {
	for how, want := range map[string]string{
		"": `8`, totalNumber: `8`, totalFloat: `8.0`, totalString: `"8"`,
		totalObject: `{"value":8,"relation":"eq"}`, totalCapped: `{"value":8,"relation":"gte"}`,
	} {
		s := someTenant(t, Shape{Total: how}, Faults{})
		if got := s.post(loans+"?$top=2", "").body; !strings.HasSuffix(got, `"summary":{"start":0,"pageSize":2,"total":`+want+"}}}\n") {
			t.Errorf("%q: %s", how, got)
		}
		s = someTenant(t, Shape{Total: how, NoTotal: true}, Faults{})
		if got := s.post(loans+"?$top=2", "").body; strings.Contains(got, `"total"`) {
			t.Errorf("%q without: %s", how, got)
		}
	}
}

func TestTotalsThatAreWrong(t *testing.T) {
	for how, want := range map[string]string{totalPage: `2`, totalSmall: `7`} {
		s := someTenant(t, Shape{Total: how}, Faults{})
		if got := s.post(loans+"?$top=2", "").body; !strings.Contains(got, `"total":`+want+"}") {
			t.Errorf("%q: %s", how, got)
		}
	}
	s := someTenant(t, Shape{Total: totalRandom}, Faults{})
	totals := map[int]bool{}
	for range 20 {
		total := s.search(loans, "").D.Summary.Total
		if totals[total] = true; total < 0 || total > 16 {
			t.Errorf("%d", total)
		}
	}
	if len(totals) < 5 {
		t.Errorf("random totals are %v", totals)
	}
}

func TestTotalIsCapped(t *testing.T) {
	for how, want := range map[string]string{totalNumber: `10001`, totalCapped: `{"value":10000,"relation":"gte"}`} {
		s := calling(t, Options{Loans: 10_001, Shape: Shape{Total: how}})
		if got := s.post(loans+"?$top=1", "").body; !strings.Contains(got, `"total":`+want) {
			t.Errorf("%s: %s", how, got)
		}
	}
}
