package people

import (
	"os"
	"path/filepath"
	"sync"
	"testing"
)

// generated makes a tenant. Present and Seed default to 1.
func generated(c Config) *Tenant {
	if c.Present == 0 {
		c.Present = 1
	}
	if c.Seed == 0 {
		c.Seed = 1
	}
	return Generate(c)
}

// crowded is a large population. Half of it is in the tenant, and three of five
// customers have a loan. All tests share it.
var crowded = sync.OnceValue(makeCrowded)

func makeCrowded() *Tenant { return generated(Config{Loans: 7_500, People: 13_800, Present: 0.5}) }

// folder writes the files of a tenant. An empty text writes no file.
func folder(t testing.TB, loans, customers string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{loansFile: loans, customersFile: customers} {
		if text == "" {
			continue
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// loaded reads a tenant from files with these texts.
func loaded(t testing.TB, loans, customers string) *Tenant {
	t.Helper()
	tenant, err := Load(folder(t, loans, customers))
	if err != nil {
		t.Fatal(err)
	}
	return tenant
}

// within checks a share.
func within(t *testing.T, what string, count, of int, low, high float64) {
	t.Helper()
	share := float64(count) / float64(of)
	t.Logf("%s: %.4f", what, share)
	if share < low || share > high {
		t.Errorf("%s: %.4f of %d, want %.4f to %.4f", what, share, of, low, high)
	}
}

func oneIf(is bool) int {
	if is {
		return 1
	}
	return 0
}

// distance is the textbook's edit distance with swaps.
func distance(a, b string) int { return distanceOf([]rune(a), []rune(b), map[[2]int]int{}) }

func distanceOf(a, b []rune, known map[[2]int]int) int {
	if len(a) == 0 || len(b) == 0 {
		return len(a) + len(b)
	}
	at := [2]int{len(a), len(b)}
	if d, ok := known[at]; ok {
		return d
	}
	d := 1 + min(distanceOf(a[1:], b, known), distanceOf(a, b[1:], known))
	d = min(d, distanceOf(a[1:], b[1:], known)+oneIf(a[0] != b[0]))
	if len(a) > 1 && len(b) > 1 && a[0] == b[1] && a[1] == b[0] {
		d = min(d, 1+distanceOf(a[2:], b[2:], known))
	}
	known[at] = d
	return d
}
