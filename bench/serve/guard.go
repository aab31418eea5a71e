package serve

import (
	"net"
	"net/http"
	"slices"
	"strings"
)

// maxBody bounds what a form may hold, in bytes.
const maxBody = 64 << 10

// What our own pages may load: their styles and nothing else. pprof's pages have their scripts inside.
const (
	ownPolicy   = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
	pprofPolicy = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src 'self' data:; " +
		"connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)

// guard lets through what a page of ours, or its reader, asks.
//
// The Host must be this server: a name of somebody else's that resolves to loopback (DNS rebinding) is refused. A number
// cannot be rebound. What changes something must say by its Origin that a page of this server asks.
func guard(port string, hosts []string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", ownPolicy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Referrer-Policy", "same-origin") // with no-referrer a browser's forms have the origin null
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cache-Control", "no-store")
		if !knownHost(r.Host, port, hosts) {
			http.Error(w, "this server does not go by that name", http.StatusMisdirectedRequest)
			return
		}
		switch r.Method {
		case http.MethodGet, http.MethodHead:
		case http.MethodPost:
			if r.Header.Get("Origin") != "http://"+r.Host {
				http.Error(w, "only a page of this server may ask for that", http.StatusForbidden)
				return
			}
		default:
			http.Error(w, "no such method here", http.StatusMethodNotAllowed)
			return
		}
		if strings.ContainsRune(r.URL.Path, 0) {
			http.Error(w, "not a path", http.StatusBadRequest)
			return
		}
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		next.ServeHTTP(w, r)
	})
}

// knownHost reports whether a request's Host names this server.
func knownHost(host, port string, hosts []string) bool {
	name, p, err := net.SplitHostPort(host)
	if err != nil { // no port in it: 80 is meant
		name, p = strings.Trim(host, "[]"), "80"
	}
	if p != port {
		return false
	}
	return name == "localhost" || net.ParseIP(name) != nil || slices.Contains(hosts, name)
}
