package people

import (
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

const someRows = 20_000

func TestSameSeedSameRows(t *testing.T) {
	s, again := crowded(), makeCrowded()
	first := slices.Collect(s.Rows(500, 3))
	if diff := cmp.Diff(first, slices.Collect(again.Rows(500, 3))); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(first, slices.Collect(s.Rows(500, 4))); diff == "" {
		t.Error("another seed writes the same rows")
	}
	for range s.Rows(500, 3) { // stopping early is fine
		break
	}
}

// TestEverybodyComesOnce checks that no person comes twice before all came once.
func TestEverybodyComesOnce(t *testing.T) {
	s := generated(Config{Loans: 300})
	people := len(s.index().people)
	times := map[int]int{}
	for row := range s.Rows(2*people, 1) {
		times[row.Truth]++
	}
	for id, n := range times {
		if n != 2 {
			t.Errorf("customer %d comes %d times", id, n)
		}
	}
	if len(times) != people || people != len(s.Customers)-len(s.population.duplicates) {
		t.Errorf("%d of %d people", len(times), people)
	}
}

// TestRowsHaveTheirShares measures what the rows have, and what is wrong.
func TestRowsHaveTheirShares(t *testing.T) {
	s := crowded()
	got := map[string]int{}
	count := func(what string, is bool) { got[what] += oneIf(is) }
	for row := range s.Rows(someRows, 11) {
		person, known := customerOf(s, row.Truth)
		count("bare", row.Email+row.Phone+row.Birth+row.SSN+row.Zip+row.CustomID+row.Loan == "")
		count("present", row.Truth != 0)
		count("comma", strings.Contains(row.Name, ","))
		count("upper", strings.ToUpper(row.Name) == row.Name)
		count(row.Trap, row.Trap != "")
		for cell, text := range map[string]string{
			"email": row.Email, "phone": row.Phone, "birth": row.Birth, "ssn": row.SSN, "zip": row.Zip, "custom": row.CustomID, "loan": row.Loan,
		} {
			count(cell, text != "")
		}
		if !known {
			continue
		}
		both := func(what, cell, record string, alike func() bool) {
			placeholder := record == "none@none.com" || record == "1900-01-01" || record == "000000000" || row.Trap == "placeholder"
			if cell != "" && record != "" && !placeholder {
				count(what+" compared", true)
				count(what+" differs", !alike())
			}
		}
		both("email", row.Email, person.Email, func() bool { return strings.EqualFold(row.Email, person.Email) })
		both("phone", row.Phone, person.Phone, func() bool { return strings.HasPrefix(digitsOf(row.Phone), person.Phone) })
		both("zip", row.Zip, person.Zip, func() bool { return readZip(row.Zip) == person.Zip })
		both("birth", row.Birth, person.BirthDate, func() bool { return readBirth(row.Birth) == person.BirthDate })
		both("ssn", row.SSN, person.SSN, func() bool { return lastFour(row.SSN) == lastFour(person.SSN) })
	}
	for cell, share := range map[string]float64{
		"bare": 0.08, "email": 0.55, "phone": 0.65, "birth": 0.45, "ssn": 0.35, "zip": 0.70, "custom": 0.15, "loan": 0.15,
		"present": 0.5, "comma": 0.45, "upper": 0.5,
	} {
		within(t, cell, got[cell], someRows, share-0.02, share+0.02)
	}
	within(t, "stale email", got["email differs"], got["email compared"], 0.07, 0.11)
	within(t, "stale phone", got["phone differs"], got["phone compared"], 0.13, 0.17)
	within(t, "stale zip", got["zip differs"], got["zip compared"], 0.10, 0.14)
	within(t, "wrong birth date", got["birth differs"], got["birth compared"], 0.005, 0.015)
	within(t, "wrong SSN", got["ssn differs"], got["ssn compared"], 0.001, 0.008)
	for trap, share := range map[string]float64{
		"typo": 0.037, "nickname": 0.05, "swapped": 0.009, "initial": 0.009, "married": 0.014, "mix_up": 0.0018, "placeholder": 0.008,
		"parent_child": 0.05, "twin": 0.009, "moved": 0.04, "company": 0.03, "namesake": 0.09,
	} {
		within(t, trap, got[trap], someRows, share*0.6, share*1.5)
	}
	for _, trap := range traps() {
		if got[trap] == 0 {
			t.Errorf("no row is in the trap %q", trap)
		}
	}
}

// TestNamesLoseWhatExportsLose measures what is left of the recorded names.
func TestNamesLoseWhatExportsLose(t *testing.T) {
	s := crowded()
	got := map[string]int{}
	for row := range s.Rows(someRows, 13) {
		person, known := customerOf(s, row.Truth)
		if !known || person.Kind != kindPerson || row.Trap == "duplicate" || row.Trap == "married" {
			continue
		}
		count := func(what string, has, kept bool) {
			got[what] += oneIf(has)
			got[what+" kept"] += oneIf(has && kept)
		}
		words := strings.Fields(strings.ToLower(strings.NewReplacer(",", " ", ".", " ").Replace(row.Name)))
		middle, suffix := strings.ToLower(person.MiddleName), strings.ToLower(strings.TrimSuffix(person.Suffix, "."))
		count("middle name", len(middle) > 2 && withoutMarks(middle) == middle && !strings.ContainsAny(middle, " '-"), slices.Contains(words, middle))
		count("middle letter", len(middle) > 2, slices.Contains(words, initial(middle)))
		count("suffix", suffix != "", slices.Contains(words, suffix))
		plain := withoutMarks(person.LastName) == person.LastName
		count("accents", !plain, withoutMarks(row.Name) != row.Name)
		count("hyphen", strings.Contains(person.LastName, "-"), strings.Contains(row.Name, "-"))
		count("lower case", true, strings.ToLower(row.Name) == row.Name)
		count("blanks", true, strings.Contains(row.Name, "  ") || strings.TrimSpace(row.Name) != row.Name)
	}
	kept := func(what string, low, high float64) { within(t, what, got[what+" kept"], got[what], low, high) }
	kept("middle name", 0.20, 0.30)
	kept("middle letter", 0.20, 0.32)
	kept("suffix", 0.45, 0.55)
	kept("accents", 0.20, 0.37)
	kept("hyphen", 0.48, 0.85)
	kept("lower case", 0.013, 0.027)
	kept("blanks", 0.022, 0.038)
}

// TestTruthIsTrue checks by the reliable cells of a row that it is about the
// customer it names, and that absent people are not in the tenant.
func TestTruthIsTrue(t *testing.T) {
	s := crowded()
	numbers, loans := map[string]int{}, map[string][]int{}
	for c := range slices.Values(s.Customers) {
		numbers[c.CustomID] = c.ID
	}
	for l := range slices.Values(s.Loans) {
		for _, link := range l.Customers {
			loans[l.DisplayID] = append(loans[l.DisplayID], link.CustomerID)
		}
	}
	strange := 0
	for row := range s.Rows(someRows, 12) {
		owner, numbered := numbers[row.CustomID]
		if row.CustomID != "" && numbered && owner != row.Truth {
			t.Fatalf("%+v has the custom ID of %d", row, owner)
		}
		if row.Loan != "" && row.Truth != 0 && !slices.Contains(loans[row.Loan], row.Truth) {
			t.Fatalf("%+v has a loan of %v", row, loans[row.Loan])
		}
		if _, taken := loans[row.Loan]; row.Truth == 0 && taken {
			t.Fatalf("%+v is absent and has a loan of %v", row, loans[row.Loan])
		}
		person, known := customerOf(s, row.Truth)
		if row.Truth != 0 != known {
			t.Fatalf("%+v is about no customer", row)
		}
		strange += oneIf(known && !similar(row.Name, person.FullName()))
		for _, id := range row.Also {
			other, found := customerOf(s, id)
			if !found || id == row.Truth || row.Trap == "" || other.BirthDate != person.BirthDate {
				t.Fatalf("%+v is not %+v", row, other)
			}
		}
	}
	within(t, "no word of the name in common", strange, someRows/2, 0, 0.02) // a nickname after a marriage, say
}

// similar reports whether two names share the beginning of a word.
func similar(a, b string) bool {
	other := strings.ToLower(withoutMarks(b))
	return slices.ContainsFunc(strings.FieldsFunc(strings.ToLower(withoutMarks(a)), func(r rune) bool { return !isWordRune(r) }), func(word string) bool {
		return len(word) >= 2 && strings.Contains(other, word[:2])
	})
}

func customerOf(t *Tenant, id int) (Customer, bool) {
	if c := t.Customer(id); c != nil {
		return *c, true
	}
	return Customer{}, false
}

func digitsOf(cell string) string {
	digits := strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, cell)
	if strings.HasPrefix(cell, "+1") {
		return digits[1:]
	}
	return digits
}

func readZip(cell string) string {
	zip, _, _ := strings.Cut(cell, "-")
	return strings.Repeat("0", 5-len(zip)) + zip
}

func lastFour(cell string) string { return cell[max(len(cell)-4, 0):] }

func readBirth(cell string) string {
	for _, layout := range []string{time.DateOnly, "1/2/2006"} {
		if date, err := time.Parse(layout, cell); err == nil {
			return date.Format(time.DateOnly)
		}
	}
	days, err := strconv.Atoi(cell)
	if err != nil {
		return ""
	}
	return time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC).AddDate(0, 0, days).Format(time.DateOnly)
}

// TestMistyped checks that there is one typing error, not in the first letter.
func TestMistyped(t *testing.T) {
	r := newRandom(1)
	for range 2_000 {
		word := pick(r, []string{"Smith", "Bo", "Ng", "Łukasz", "O'Brien", "Aaaa", "SMITH", "de la Cruz", "Müller"})
		wrong := mistyped(r, word)
		short := utf8.RuneCountInString(word) < 3
		if (wrong == word) != short || []rune(wrong)[0] != []rune(word)[0] || distance(word, wrong) > 1 {
			t.Errorf("%q became %q", word, wrong)
		}
	}
}

func TestWithoutMarks(t *testing.T) {
	for name, want := range map[string]string{
		"José Ángel": "Jose Angel", "Weiß": "Weiss", "Łukasz": "Lukasz", "O’Neill": "O'Neill", "Nguyễn": "Nguyen", "Đorđević": "Dordevic",
	} {
		if got := withoutMarks(name); got != want {
			t.Errorf("%q became %q", name, got)
		}
	}
}

// TestRowsOfATenantFromFiles checks that a tenant read back has households too.
func TestRowsOfATenantFromFiles(t *testing.T) {
	dir := t.TempDir()
	if err := generated(Config{Loans: 2_000}).Export(dir); err != nil {
		t.Fatal(err)
	}
	traps := map[string]int{}
	tenant, err := Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	for row := range tenant.Rows(3_000, 1) {
		if row.Truth == 0 {
			t.Fatalf("%+v is about no customer", row)
		}
		traps[row.Trap]++
	}
	for _, trap := range []string{"parent_child", "twin", "company", "typo", "nickname"} {
		if traps[trap] == 0 {
			t.Errorf("no row is in the trap %q", trap)
		}
	}
}
