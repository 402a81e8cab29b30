package pace

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// The rights that the help names are enough for all that is done, and to see that the
// server was restarted.
func TestTheRightsInTheHelpAreEnough(t *testing.T) {
	t.Parallel()
	help, err := os.ReadFile("../../cmd/loanmap/help/cluster.md")
	if err != nil {
		t.Fatal(err)
	}
	rule := regexp.MustCompile(`(?m)^    ACL SETUSER ((?:.+\n)+)`).FindSubmatch(help)
	if rule == nil {
		t.Fatal("the help has no rule")
	}
	server := startRedis(t)
	admin := connect(t, Config{URL: server.url()})
	arguments := []any{"ACL", "SETUSER"}
	for word := range strings.FieldsSeq(string(rule[1])) {
		arguments = append(arguments, word)
	}
	if err := admin.client.Do(t.Context(), arguments...).Err(); err != nil {
		t.Fatal(err)
	}
	shared, err := Share(Config{
		URL:     strings.Replace(server.url(), "redis://", "redis://pacer:PASSWORD@", 1),
		BaseURL: "https://example.com", TenantID: "1", Rate: 1000,
	})
	if err != nil {
		t.Fatal(err)
	}
	defer shared.Close()
	if err := shared.Wait(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := shared.SetCeiling(t.Context(), 3); err != nil {
		t.Error(err)
	}
	if err := shared.Clear(t.Context()); err != nil {
		t.Error(err)
	}
	life, err := admin.client.HGet(t.Context(), shared.keys[0], "life").Result()
	if err != nil || len(life) != 40 {
		t.Errorf("the life of the server is %q, %v", life, err)
	}
	if _, err := shared.run(t.Context(), "leave", shared.Name(), 0); err != nil {
		t.Error(err)
	}
	if err := shared.client.Set(t.Context(), "another", "1", 0).Err(); err == nil {
		t.Error("the user may do more than it needs")
	}
}
