package profile

import (
	"fmt"
	"net/http"
	"strings"
)

// dressCSS adapts pprof's pages to a dark screen.
const dressCSS = `<meta name="color-scheme" content="light dark"><meta name="viewport" content="width=device-width, initial-scale=1">
<style>.boxtext, .boxbg { color: #111 } .boxtext { height: 100%; display: flex; align-items: center; white-space: nowrap }
@media (prefers-color-scheme: dark) {
  html, body, #stack-holder, #current-details, #top, #content { background: #14171b; color: #e6e9ed }
  .header, .header .title a, .menu-name a, .menu-name, .submenu, #detailsbox, .dialog { background: #1c2026; color: #e6e9ed }
  .header input { background-color: #2b3138; color: #e6e9ed; border-color: #3a424b }
  a, .submenu a { color: #7ab7f5 } .submenu hr { border-color: #3a424b } .boxbg { filter: brightness(.9) }
}
@media (max-width: 799px) { #current-details-left { display: none } #current-details-right { max-width: 100% } .header { flex-wrap: wrap; height: auto } .header .description { text-align: left; white-space: normal } }</style>
</head>`

// dressJS prints values with thousands and the name of the sample type, which pprof leaves out where the unit is "count",
// and makes the rows as high as the window has room for. It is pprof's own functions and constants that it replaces.
const dressJS = `pprofUnitText = ((plain) => (value, unit) => {
      if (unit && unit != "count") return plain(value, unit);
      const kind = document.title.split(" ").pop().replaceAll("_", " ");
      return Math.round(value).toLocaleString("en-US") + " " + kind;
    })(pprofUnitText);
    stackViewer(`

// rowJS is the height of a row in pixels: the window's share for the deepest stack, 20 to 60.
const rowJS = `const ROW = Math.max(20, Math.min(60, Math.floor((window.innerHeight - 100) / (3 + stacks.Stacks.reduce((d, s) => Math.max(d, s.Sources.length), 0)))));`

// dressed wraps the handler of a page of pprof's.
func dressed(page http.Handler, flame bool) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		back := &answer{header: w.Header(), status: http.StatusOK}
		page.ServeHTTP(back, r)
		text := back.body.String()
		if back.status == http.StatusOK {
			var err error
			if text, err = dress(text, flame); err != nil {
				http.Error(w, err.Error(), http.StatusInternalServerError)
				return
			}
		}
		w.WriteHeader(back.status)
		_, _ = w.Write([]byte(text)) // the reader may be gone
	})
}

// dress changes the text of a page. A page that lacks the text to replace comes from another version of pprof: an error.
func dress(text string, flame bool) (string, error) {
	changes := []struct{ old, now string }{{"</head>", dressCSS}}
	if flame {
		changes = append(changes, struct{ old, now string }{"stackViewer({", dressJS + "{"},
			struct{ old, now string }{"const ROW = 20;", rowJS})
	}
	for _, c := range changes {
		if !strings.Contains(text, c.old) {
			return "", fmt.Errorf("pprof's page has no %q any more", c.old)
		}
		text = strings.Replace(text, c.old, c.now, 1)
	}
	return text, nil
}
