package compare

import (
	"maps"
	"slices"
	"strings"
	"unicode"

	"lwbench/internal/texttab"
)

// keys are the names by which results can be distinguished.
type keys map[string]bool

// keysOf collects the keys of all results.
func keysOf(in *Input) keys {
	k := keys{".name": true, ".fullname": true}
	for _, r := range in.Results {
		for _, c := range r.Config {
			k[c.Key] = true
		}
		_, parts := r.Name.Parts()
		for _, p := range parts {
			name, _, ok := strings.Cut(string(p), "=")
			switch {
			case p[0] == '-':
				k["/gomaxprocs"] = true
			case ok:
				k[name] = true
			}
		}
	}
	return k
}

// check rejects a key that no result has. benchstat would print nothing for it.
func (k keys) check(option, key, special string) error {
	if k[key] || key == special {
		return nil
	}
	all := slices.Sorted(maps.Keys(k))
	return texttab.Unknown(option+": no key", key, append(all, special))
}

// filterKeys returns the keys of a filter expression: each word before a colon. The expression is valid; benchproc does not
// report its keys.
func filterKeys(query string) (found []string) {
	q := query
	for q != "" {
		word, rest := nextWord(q)
		switch {
		case word == "": // an operator or a space
			q = q[1:]
		case strings.HasPrefix(rest, ":"):
			found = append(found, unquoted(word))
			q = skipValue(rest[1:])
		default:
			q = rest
		}
	}
	return found
}

// nextWord cuts a bare or quoted word off the front of q. The word is "" if q begins with something else.
func nextWord(q string) (word, rest string) {
	if q[0] == '"' {
		return cutQuoted(q)
	}
	end := strings.IndexFunc(q, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune("():@,", r) })
	switch {
	case q[0] == '-' || q[0] == '*':
		return "", q
	case end < 0:
		end = len(q)
	}
	return q[:end], q[end:]
}

// cutQuoted cuts a quoted word, with its quotes, off the front of q.
func cutQuoted(q string) (word, rest string) {
	for i := 1; i < len(q); i++ {
		if q[i] == '"' && q[i-1] != '\\' { // as in benchproc
			return q[:i+1], q[i+1:]
		}
	}
	return q, ""
}

// afterRegexp returns the text after a /regexp/ at the front of q. A slash within brackets does not end the regexp.
func afterRegexp(q string) string {
	depth, class := 0, false
	for i := 1; i < len(q); i++ {
		switch b := q[i]; {
		case b == '\\':
			i++
		case class:
			class = b != ']'
		case b == '[':
			class = true
			if strings.HasPrefix(q[i+1:], "^") {
				i++
			}
			if strings.HasPrefix(q[i+1:], "]") { // the first one is a member
				i++
			}
		case b == '(':
			depth++
		case b == ')':
			depth--
		case b == '/' && depth <= 0:
			return q[i+1:]
		}
	}
	return ""
}

// skipValue skips the value after a key: a word, a /regexp/, or a list of them in parentheses.
func skipValue(q string) string {
	depth := 0
	for q != "" {
		r := q[0]
		word := ""
		switch {
		case r == '/':
			q = afterRegexp(q)
			word = "/"
		case r == '(':
			depth++
			q = q[1:]
		case r == ')':
			depth--
			q = q[1:]
		default:
			if word, q = nextWord(q); word == "" {
				q = q[1:]
			}
		}
		if depth < 0 || depth == 0 && (word != "" || r == ')') {
			return q
		}
	}
	return q
}
