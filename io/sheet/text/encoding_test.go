package text_test

import (
	"strings"
	"testing"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"

	"loanmap/io/sheet"
	"loanmap/io/sheet/rows"
)

func TestNamesOfEncodings(t *testing.T) {
	t.Parallel()
	for want, names := range map[sheet.Encoding]string{
		sheet.UTF8: "utf-8 UTF8 utf_8 utf-8-sig", rows.UTF16: "utf-16 UTF16 unicode", rows.UTF16LE: "UTF-16LE utf16-le", rows.UTF16BE: "utf-16be",
		sheet.Windows1252: "windows-1252 Windows1252 cp1252 CP-1252 1252 win1252 x-cp1252 latin1 latin-1 l1 iso-8859-1 ISO_8859-1 iso8859-1 8859-1 ansi ascii",
		rows.Macintosh:    "macintosh mac macroman mac-roman Mac_Roman x-mac-roman MacOSRoman",
		rows.IBM850:       "cp850 850 ibm850 IBM-850 dos-850 CodePage850 pc850", "ibm437": "cp437 437 oem dos", "ibm00858": "cp858 858 ibm858 ibm00858",
		"ibm852": "cp852 852", "ibm866": "cp866 866 dos-866", "ibm862": "cp862", "ibm865": "cp865",
		"iso-8859-2": "iso-8859-2 latin2 iso8859-2 l2", "iso-8859-15": "iso-8859-15 latin9 latin-9 l9 ISO8859_15", "iso-8859-16": "iso-8859-16 latin10",
		"iso-8859-5": "iso-8859-5", "windows-1250": "cp1250 windows-1250 win-1250", "windows-1251": "cp1251 1251", "windows-1254": "cp1254 latin5 iso-8859-9",
		"windows-874": "cp874", "koi8-r": "koi8-r KOI8R", "koi8-u": "koi8u", "x-mac-cyrillic": "x-mac-cyrillic mac-cyrillic",
		"shift_jis": "shift_jis Shift-JIS sjis cp932", "gb18030": "gb18030", "gbk": "gbk gb2312 cp936", "big5": "big5 Big5-HKSCS cp950",
		"euc-jp": "euc-jp eucjp", "euc-kr": "euc-kr cp949", "iso-2022-jp": "iso-2022-jp",
	} {
		for name := range strings.FieldsSeq(names) {
			var got sheet.Encoding
			if err := got.UnmarshalText([]byte(name)); err != nil || got != want {
				t.Errorf("%q is %q, %v; want %q", name, got, err, want)
			}
			if err := got.UnmarshalText([]byte(got)); err != nil || got != want {
				t.Errorf("%q comes back as %q, %v", want, got, err)
			}
		}
	}
	for _, name := range []string{"", "latin99", "utf-7", "utf-32", "ebcdic", "cp037", "cp1047", "cp1140", "replacement", "x-user-defined", "western europe", "8859", "-"} {
		var got sheet.Encoding
		if err := got.UnmarshalText([]byte(name)); err == nil || !strings.Contains(err.Error(), "windows-1252") {
			t.Errorf("%q is %q, %v", name, got, err)
		}
	}
}

// spell returns text in a code page.
func spell(t *testing.T, page *charmap.Charmap, text string) string {
	t.Helper()
	spelled, err := page.NewEncoder().String(text)
	if err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	return spelled
}

// People's names in code pages are read as they were written. A doubt is told, and never
// a name misread without a word.
func TestCodePages(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		page  *charmap.Charmap
		want  sheet.Encoding
		names string
		doubt string // a part of it
	}{
		{charmap.Windows1252, sheet.Windows1252, "José,Zoë,Muñoz,François,Müller,Groß,Renée,Noël", ""},
		{charmap.Windows1252, sheet.Windows1252, "JOSÉ,MUÑOZ,GARCÍA,PÉREZ,GÓMEZ,NÚÑEZ,ÁLVAREZ,MÜLLER", ""},
		{charmap.Windows1252, sheet.Windows1252, "Muñoz", ""},
		{charmap.Windows1252, sheet.Windows1252, "MUÑOZ", ""},
		{charmap.Windows1252, sheet.Windows1252, "O’Brien,a “word” – or two…,5 € fee", ""},
		{charmap.Windows1252, sheet.Windows1252, "O’BRIEN", ""},
		{charmap.Windows1252, sheet.Windows1252, "Élise,Ángel,Óscar,Ñuñez,Iñigo", ""},
		{charmap.Windows1252, sheet.Windows1252, "L7\u00a0,Adams\u00a0Bob", ""},
		{charmap.Windows1252, sheet.Windows1252, "Bjørn", `windows-1250, in which 'ø' is 'ř'`},
		{charmap.Windows1252, sheet.Windows1252, "João", "and may be "},
		{charmap.Macintosh, rows.Macintosh, "José,Zoë", ""},
		{charmap.Macintosh, rows.Macintosh, "Muñoz,François,Müller,Renée,García", ""},
		{charmap.Macintosh, rows.Macintosh, "JOSÉ,MUÑOZ,MÜLLER", ""},
		{charmap.Macintosh, rows.Macintosh, "Núñez", `windows-1252, in which 'ñ' is '–'`},
		{charmap.Macintosh, rows.Macintosh, "5€,50€", ""},
		{charmap.Macintosh, rows.Macintosh, "O’Brien", `windows-1252, in which '’' is 'Õ'`},
		{charmap.Macintosh, rows.Macintosh, "Gömez", `windows-1252, in which 'ö' is 'š'`},
		{charmap.CodePage850, rows.IBM850, "José,Muñoz,García,Sánchez,Müller", ""},
		{charmap.CodePage850, rows.IBM850, "Muñoz", "shift_jis"}, // by chance,
		{charmap.CodePage850, rows.IBM850, "Sánchez", `windows-1252, in which 'á' is '\u00a0'`},
		{charmap.CodePage850, rows.IBM850, "JOSÉ,MUÑOZ", ""},
		{charmap.CodePage437, rows.IBM850, "Müller,Peña", "shift_jis"}, // the same bytes
		{charmap.Windows1250, "windows-1250", "Wałęsa,Kowalski", "shift_jis"},
		{charmap.Windows1250, "windows-1250", "Michał,Łukasz,Woźniak", ""},
		{charmap.Windows1251, "windows-1251", "Иванов,Пётр,Сидоренко", "shift_jis"},
		{charmap.Windows1253, "windows-1251", "Παπαδόπουλος", "windows-1253"},
	} {
		for _, end := range []string{"\r\n", "\r"} {
			var b strings.Builder
			b.WriteString("Loan Number,Name" + end)
			for name := range strings.SplitSeq(c.names, ",") {
				b.WriteString("L000212," + name + end)
			}
			path := file(t, "names.csv", []byte(spell(t, c.page, b.String())))
			got, source := mustRead(t, path, sheet.Options{})
			var names []string
			for _, row := range got.Rows {
				names = append(names, row.Cells[1])
			}
			text := source.Text
			if end == "\r" && (text.Doubt == "") != (c.doubt == "") && strings.Contains(c.doubt, "1252") {
				continue // the line ends decide
			}
			if strings.Join(names, ",") != c.names && text.Doubt == "" {
				t.Errorf("%q is read as %q (%s), without a doubt", c.names, names, text.Encoding)
			}
			if end == "\r\n" && (text.Encoding != c.want || (text.Doubt == "") != (c.doubt == "") || !strings.Contains(text.Doubt, c.doubt)) {
				t.Errorf("%q in %s is read as %q, %s, doubt %q", c.names, c.want, names, text.Encoding, text.Doubt)
			}
		}
	}
}

// The line ends of old Macs end the doubt between Mac Roman and Windows-1252.
func TestLineEndsOfOldMacs(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"O’Brien", "Núñez", "José"} {
		content := spell(t, charmap.Macintosh, "ID,Name\rL7,"+name+"\r")
		got, source := mustRead(t, file(t, "a.csv", []byte(content)), sheet.Options{})
		if got.Rows[0].Cells[1] != name || source.Text.Encoding != rows.Macintosh || source.Text.Doubt != "" {
			t.Errorf("%s is read as %q, %s, doubt %q", name, got.Rows[0].Cells[1], source.Text, source.Text.Doubt)
		}
	}
}

// Text of East Asia is never misread without a word.
func TestEastAsia(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"山田", "田中", "高橋", "佐藤 太郎", "ソニー", "王小明", "李", "李明", "陳", "欧陽", "김철수", "박"} {
		for _, set := range []encoding.Encoding{japanese.ShiftJIS, japanese.EUCJP, simplifiedchinese.GB18030, traditionalchinese.Big5, korean.EUCKR} {
			spelled, err := set.NewEncoder().String(name)
			if err != nil || spelled == name {
				continue // it lacks these characters
			}
			_, source, err := read(file(t, "a.csv", []byte("ID,Name\r\nL7,"+spelled+"\r\n")), sheet.Options{})
			if err == nil && source.Text.Doubt == "" {
				t.Errorf("%s in %v is %s, without a doubt", name, set, source.Text)
			}
		}
	}
}

// Text of which nothing makes sense is read as Windows-1252, with a doubt.
func TestNoCodePageFits(t *testing.T) {
	t.Parallel()
	for _, content := range []string{"ID,Name\nL7,a\xa4\xa4\xa4b\nL8,\xbf\xacx\xb6\n", "ID,N\nL7,x\xbcy\xbdz\n"} {
		_, source := mustRead(t, file(t, "a.csv", []byte(content)), sheet.Options{})
		if source.Text.Encoding != sheet.Windows1252 || source.Text.Doubt == "" {
			t.Errorf("%q is %s, doubt %q", content, source.Text, source.Text.Doubt)
		}
	}
}

// Every encoding that can be named is read, and damage in it is an error.
func TestNamedEncodings(t *testing.T) {
	t.Parallel()
	spelledBy := func(text string, spell func(string) (string, error)) string {
		spelled, err := spell(text)
		if err != nil {
			t.Fatal(err)
		}
		return spelled
	}
	for _, c := range []struct {
		name, text, spelled, damaged string
	}{
		{"mac-roman", "Zoë", "Zo\x91", ""},
		{"cp437", "½ π", "\xab \xe3", ""},
		{"latin9", "5 €", "5 \xa4", "\x81"},
		{"cp1251", "Иван", spelledBy("Иван", charmap.Windows1251.NewEncoder().String), "\x98"},
		{"sjis", "山田ソ", spelledBy("山田ソ", japanese.ShiftJIS.NewEncoder().String), "\x81\x01"},
		{"euc-jp", "山田", spelledBy("山田", japanese.EUCJP.NewEncoder().String), "\xff"},
		{"iso-2022-jp", "山田", spelledBy("山田", japanese.ISO2022JP.NewEncoder().String), ""},
		{"gb18030", "王小明😀", spelledBy("王小明😀", simplifiedchinese.GB18030.NewEncoder().String), "\xff"},
		{"big5", "許功蓋", spelledBy("許功蓋", traditionalchinese.Big5.NewEncoder().String), "\xff"},
	} {
		var encoding sheet.Encoding
		if err := encoding.UnmarshalText([]byte(c.name)); err != nil {
			t.Fatal(err)
		}
		lines := strings.Repeat("L7,"+c.spelled+"\n", 5_000) // beyond every buffer
		got, text := readText(t, []byte("ID,Name\n"+lines), sheet.Options{Encoding: encoding})
		if text.Encoding != encoding || text.Doubt != "" || got[1][1] != c.text || got[5_000][1] != c.text {
			t.Errorf("%s: %s, %q and %q", c.name, text, got[1], got[5_000])
		}
		if c.damaged == "" {
			continue
		}
		_, _, err := read(file(t, "a.csv", []byte("ID,Name\n"+lines+"L8,"+c.damaged+"\nL9,x\n")), sheet.Options{Encoding: encoding})
		wantError(t, err, "it holds a byte that "+string(encoding)+" has no character for", "--encoding")
	}
}

func TestUTF32IsRefused(t *testing.T) {
	t.Parallel()
	wide := func(text string, little bool) string {
		var b strings.Builder
		for _, r := range text {
			if little {
				b.Write([]byte{byte(r), byte(r >> 8), byte(r >> 16), 0})
			} else {
				b.Write([]byte{0, byte(r >> 16), byte(r >> 8), byte(r)})
			}
		}
		return b.String()
	}
	for _, little := range []bool{true, false} {
		for _, text := range []string{"\ufeffID,Name\nL7,José\n", "ID,Name\nL7,José\n", "\ufeffÉ"} {
			_, _, err := read(file(t, "a.csv", []byte(wide(text, little))), sheet.Options{})
			wantError(t, err, "it is UTF-32", "CSV UTF-8")
		}
	}
}
