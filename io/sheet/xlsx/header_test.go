package xlsx_test

import (
	"bytes"
	"testing"

	"loanmap/io/sheet"
	"loanmap/io/sheet/internal/sheettest"
	"loanmap/io/sheet/xlsx"
)

func TestHeaderRowThatIsNamed(t *testing.T) {
	t.Parallel()
	content := workbook(t, cells([]string{"Portfolio", "of the spring"}, nil, []string{"ID", "Name"}, []string{"L7", "Adams"}, []string{"L8", "Brown"}))
	for _, c := range []struct {
		row    int
		header []string
		rows   int
	}{
		{0, []string{"Portfolio", "of the spring"}, 4}, // it looks like a header
		{1, []string{"Portfolio", "of the spring"}, 4},
		{3, []string{"ID", "Name"}, 2},
		{5, []string{"L8", "Brown"}, 0},
	} {
		got, source, err := read("-", sheet.Options{HeaderRow: c.row, Stdin: bytes.NewReader(content)})
		if err != nil {
			t.Fatal(err)
		}
		wantSame(t, "header", c.header, got.Header)
		wantSame(t, "rows", c.rows, len(got.Rows))
		wantSame(t, "row of the header", max(c.row, 1), source.HeaderRow)
		wantSame(t, "estimate", c.rows, source.Estimate)
	}
	for row, says := range map[int]string{2: `row 2 of sheet "Sheet1" is empty`, 6: "row 6 is below the last row"} {
		_, _, err := read("-", sheet.Options{HeaderRow: row, Stdin: bytes.NewReader(content)})
		wantError(t, err, says, "--header-row")
	}
}

// Data is never taken for a header: the rows above it would be lost.
func TestFirstRowIsTheHeaderUnlessItIsATitle(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		rows [][]string
		want int
	}{
		{"a title", [][]string{{"Title"}, {"ID", "Name"}, {"L7", "Adams"}, {"L8", "Brown"}}, 2},
		{"no title", [][]string{{"ID", "Name"}, {"L7", "Adams"}}, 1},
		{"one name over data like that below", [][]string{{"ID"}, {"L7", "Adams"}, {"L8", "Brown"}}, 1},
		{"one name over the same data", [][]string{{"Name"}, {"Ann", "Adams"}, {"Bob", "Adams"}}, 1},
		{"a list with a note", [][]string{{"ID"}, {"L7"}, {"L8", "note"}, {"L9"}}, 1},
		{"a list that ends with a note", [][]string{{"ID"}, {"L7"}, {"L8", "note"}}, 1},
		{"a list with a few notes", [][]string{{"ID"}, {"one"}, {"two", "note"}, {"three"}, {"four"}, {"five", "other"}}, 1},
		{"numbers where names would be", [][]string{{"Title"}, {"1", "2", "3"}, {"4", "5", "6"}}, 1},
		{"more titles than rows", [][]string{{"one"}, {"two"}, {"three"}, {"ID", "Name"}, {"L7", "Adams"}}, 1},
		{"a title over names alone", [][]string{{"Title"}, {"ID", "Name"}}, 1},
	} {
		got, source, err := read("-", sheet.Options{Stdin: bytes.NewReader(workbook(t, cells(c.rows...)))})
		if err != nil {
			t.Fatal(err)
		}
		wantSame(t, c.name, c.want, source.HeaderRow)
		wantSame(t, c.name+": rows", len(c.rows)-c.want, len(got.Rows))
	}
}

// Texts that are too many for memory are read from files as they are from memory.
func TestTextsFromFiles(t *testing.T) {
	t.Parallel()
	var rows [][]string
	for i := range 3_000 {
		rows = append(rows, []string{string(rune('a'+i%26)) + string(rune('A'+i%23)), answer(i)[1], answer(i)[0]})
	}
	content := workbook(t, cells(rows...))
	want, err := piped(content)
	if err != nil {
		t.Fatal(err)
	}
	r, err := xlsx.OpenSpilled(bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	got, err := sheettest.ReadFrom(r)
	if err != nil {
		t.Fatal(err)
	}
	wantSame(t, "table", want, got)
}
