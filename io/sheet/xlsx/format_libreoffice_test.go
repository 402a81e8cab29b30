package xlsx_test

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"encoding/xml"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"loanmap/io/sheet"
)

var recordFormats = flag.Bool("record", false, "ask LibreOffice (soffice) again what it shows for every format and value")

const formatGolden = "../../../testdata/corpus/formats/libreoffice.csv"

// recorded is a pair and what LibreOffice shows for it.
type recorded struct {
	pair
	shows string
	taken string // where Excel differs by its documentation: which of them is taken, or neither
}

// What is read is what LibreOffice shows, or damaged.
func TestFormatsAgainstLibreOffice(t *testing.T) {
	t.Parallel()
	all, pairs := readRecorded(t), formatPairs()
	if len(all) != len(pairs) {
		t.Fatalf("%d pairs are recorded, there are %d: run with -record", len(all), len(pairs))
	}
	certain := map[string]int{}
	got := readPairs(t, pairs)
	for i, want := range all {
		if want.pair != pairs[i] {
			t.Fatalf("%+v is recorded where %+v belongs: run with -record", want.pair, pairs[i])
		}
		if len(got[i].Damaged) > 0 {
			continue
		}
		certain[want.construct]++
		if strings.TrimSpace(got[i].Cells[0]) != strings.TrimSpace(want.shows) || want.taken == takeNeither {
			t.Errorf("%s: %s shows %q for %s %s (%s), we read %q", want.construct, want.format, want.shows, want.kind, want.stored, want.taken, got[i].Cells[0])
		}
	}
	wantCertain(t, all, certain)
}

// wantCertain checks that uncertain is not the answer to everything.
func wantCertain(t *testing.T, all []recorded, certain map[string]int) {
	t.Helper()
	of, total := map[string]int{}, 0
	for _, r := range all {
		of[r.construct]++
	}
	for _, c := range constructs {
		t.Logf("%-22s %4d pairs, %4d equal, the others damaged", c.name, of[c.name], certain[c.name])
	}
	for _, n := range certain {
		total += n
	}
	t.Logf("%d pairs, %d equal", len(all), total)
	if total < 1000 {
		t.Errorf("only %d of %d pairs are certain", total, len(all))
	}
}

// TestRecordFormats writes the golden file.
func TestRecordFormats(t *testing.T) {
	if !*recordFormats {
		t.Skip("formats are not recorded again: give -record, where LibreOffice is installed")
	}
	office, err := exec.LookPath("soffice")
	if err != nil {
		t.Skip("LibreOffice (soffice) is not installed: formats are not recorded again")
	}
	pairs := formatPairs()
	shows := askLibreOffice(t, office, pairs)
	var out bytes.Buffer
	w := csv.NewWriter(&out)
	rows := [][]string{{"construct", "format", "kind", "stored", "libreoffice", "taken"}}
	for i, p := range pairs {
		rows = append(rows, []string{p.construct, p.format, p.kind, p.stored, shows[i], takenOf(p)})
	}
	if err := w.WriteAll(rows); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(formatGolden, out.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}

const (
	takeLibreOffice = "LibreOffice"
	takeNeither     = "neither"
)

// takenOf says which is taken where Excel shows something else by its documentation.
func takenOf(p pair) string {
	whole := p.kind == "n" && !strings.Contains(p.stored, ".")
	switch {
	case p.construct == "General" && p.stored == "123456789012": // Excel: 1.23457E+11
		return takeLibreOffice
	case p.kind == "b" && !strings.EqualFold(p.format, "General"): // Excel: TRUE
		return takeNeither
	case whole && slices.Contains([]string{"0.", "#.", "0.##", "#.##", "#,##0.###"}, p.format): // Excel: with the point
		return takeNeither
	case p.kind == "n" && slices.Contains([]string{"0%%", `0\/0`}, p.format): // Excel: a hundred for each sign; the slash as it is
		return takeNeither
	}
	return ""
}

func readRecorded(t *testing.T) []recorded {
	t.Helper()
	rows, err := csv.NewReader(bytes.NewReader(contentOf(t, formatGolden))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var all []recorded
	for _, row := range rows[1:] {
		all = append(all, recorded{pair{row[0], row[1], row[2], row[3]}, row[4], row[5]})
	}
	return all
}

// readPairs reads a workbook of pairs.
func readPairs(t *testing.T, pairs []pair) []sheet.Row {
	t.Helper()
	got, err := piped(formatBook(t, pairs))
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Rows) != len(pairs) {
		t.Fatalf("%d rows of %d", len(got.Rows), len(pairs))
	}
	return got.Rows
}

// askLibreOffice has a workbook of pairs converted to CSV, as it is shown.
func askLibreOffice(t *testing.T, office string, pairs []pair) []string {
	t.Helper()
	folder := t.TempDir()
	in := filepath.Join(folder, "pairs.xlsx")
	if err := os.WriteFile(in, formatBook(t, pairs), 0o600); err != nil {
		t.Fatal(err)
	}
	command := exec.Command(office, "--headless", "-env:UserInstallation=file://"+folder+"/profile",
		"--convert-to", "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true", "--outdir", folder, in)
	if output, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, output)
	}
	rows, err := csv.NewReader(bytes.NewReader(contentOf(t, filepath.Join(folder, "pairs.csv")))).ReadAll()
	if err != nil || len(rows) != len(pairs)+1 {
		t.Fatalf("%d rows of %d: %v", len(rows)-1, len(pairs), err)
	}
	shows := make([]string, len(pairs))
	for i := range pairs {
		shows[i] = rows[i+1][0]
	}
	return shows
}

// formatBook makes a workbook of one row for each pair: its cell, and a number.
func formatBook(t testing.TB, pairs []pair) []byte {
	t.Helper()
	var formats, styles, rows strings.Builder
	escape := func(text string) string {
		var out bytes.Buffer
		if err := xml.EscapeText(&out, []byte(text)); err != nil {
			t.Fatal(err)
		}
		return out.String()
	}
	rows.WriteString(`<row r="1"><c r="A1" t="str"><v>Shown</v></c><c r="B1" t="str"><v>Row</v></c></row>`)
	known := map[string]int{}
	for i, p := range pairs {
		style, seen := known[p.format]
		if !seen {
			style = len(known) + 1
			known[p.format] = style
			id := 200 + style
			if _, err := fmt.Sscanf(p.format, "id %d", &id); err != nil {
				fmt.Fprintf(&formats, `<numFmt numFmtId="%d" formatCode="%s"/>`, id, escape(p.format))
			}
			fmt.Fprintf(&styles, `<xf numFmtId="%d" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>`, id)
		}
		kind := p.kind
		if kind == "s" {
			kind = "str"
		}
		fmt.Fprintf(&rows, `<row r="%d"><c r="A%d" s="%d" t="%s"><v>%s</v></c><c r="B%d"><v>%d</v></c></row>`, i+2, i+2, style, kind, escape(p.stored), i+2, i)
	}
	const main = `xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"`
	return zippedParts(t, [][2]string{
		{"[Content_Types].xml", `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/><Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/></Types>`},
		{"_rels/.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>`},
		{"xl/_rels/workbook.xml.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/></Relationships>`},
		{"xl/workbook.xml", `<workbook ` + main + ` xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Pairs" sheetId="1" r:id="rId1"/></sheets></workbook>`},
		{"xl/styles.xml", `<styleSheet ` + main + `><numFmts>` + formats.String() + `</numFmts><fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>` + styles.String() + `</cellXfs></styleSheet>`},
		{"xl/worksheets/sheet1.xml", `<worksheet ` + main + `><sheetData>` + rows.String() + `</sheetData></worksheet>`},
	})
}

func zippedParts(t testing.TB, parts [][2]string) []byte {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, part := range parts {
		to, err := w.Create(part[0])
		if err == nil {
			_, err = to.Write([]byte(part[1]))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}
