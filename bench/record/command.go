package record

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
)

// Command returns the command line of lwbench with these words, on one line that a shell reads back as the same words.
func Command(words ...string) string {
	return "lwbench " + Quoted(words...)
}

// Quoted returns words as a shell reads them.
func Quoted(words ...string) string {
	var quoted []string
	for _, w := range words {
		quoted = append(quoted, quote(w))
	}
	return strings.Join(quoted, " ")
}

// Words returns the words of a command line that Command has written, without "lwbench", and whether it is one.
func Words(line string) (words []string, ok bool) {
	for line != "" {
		word := ""
		for line != "" && line[0] != ' ' {
			switch {
			case strings.HasPrefix(line, "$'"):
				end := 2
				for end < len(line) && line[end] != '\'' {
					if line[end] == '\\' {
						end++
					}
					end++
				}
				if end >= len(line) {
					return nil, false
				}
				text, err := strconv.Unquote(`"` + strings.NewReplacer(`\'`, `'`, `"`, `\"`).Replace(line[2:end]) + `"`)
				if err != nil {
					return nil, false
				}
				word, line = word+text, line[end+1:]
			case line[0] == '\'':
				text, rest, found := strings.Cut(line[1:], "'")
				if !found {
					return nil, false
				}
				word, line = word+text, rest
			case strings.HasPrefix(line, `\'`):
				word, line = word+"'", line[2:]
			default:
				n := strings.IndexAny(line, ` '\$`)
				switch {
				case n < 0:
					n = len(line)
				case n == 0:
					return nil, false
				}
				word, line = word+line[:n], line[n:]
			}
		}
		words, line = append(words, word), strings.TrimPrefix(line, " ")
	}
	if len(words) < 2 || words[0] != "lwbench" {
		return nil, false
	}
	return words[1:], true
}

// quote returns w as a shell reads it: bare where nothing in it is special, in single quotes, or, with control characters,
// in the $'…' form of bash, zsh and ksh.
func quote(w string) string {
	plain := func(r rune) bool {
		return unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("_-./,:=+@%^", r)
	}
	switch {
	case w != "" && strings.IndexFunc(w, func(r rune) bool { return !plain(r) }) < 0:
		return w
	case strings.IndexFunc(w, unicode.IsControl) < 0:
		return "'" + strings.ReplaceAll(w, "'", `'\''`) + "'"
	}
	var b strings.Builder
	b.WriteString("$'")
	for _, c := range []byte(w) {
		switch {
		case c == '\'' || c == '\\':
			b.WriteByte('\\')
			b.WriteByte(c)
		case c < ' ' || c == 0x7f:
			fmt.Fprintf(&b, `\x%02x`, c)
		default:
			b.WriteByte(c)
		}
	}
	return b.String() + "'"
}
