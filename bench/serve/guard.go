package serve

import (
	"net"
	"net/http"
	"slices"
	"strings"
)

// maxBody bounds a form, in bytes.
const maxBody = 64 << 10

// The content security policies. Pages of lwbench load only their own styles; pprof's pages have inline scripts.
const (
	ownPolicy   = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
	pprofPolicy = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src 'self' data:; " +
		"connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)

// guard rejects requests that do not come from a page of this server or its user.
//
// The Host must be this server, which prevents DNS rebinding: a foreign name that resolves to loopback. A numeric address
// cannot be rebound. A request that changes something must have the Origin of this server.
func guard(port string, hosts []string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", ownPolicy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Referrer-Policy", "same-origin") // with no-referrer browsers send forms with a null origin
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cache-Control", "no-store")
		if !knownHost(r.Host, port, hosts) {
			http.Error(w, "this server does not have that name", http.StatusMisdirectedRequest)
			return
		}
		switch r.Method {
		case http.MethodGet, http.MethodHead:
		case http.MethodPost:
			if r.Header.Get("Origin") != "http://"+r.Host {
				http.Error(w, "only a page of this server may do that", http.StatusForbidden)
				return
			}
		default:
			http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
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
	if err != nil { // no port: 80
		name, p = strings.Trim(host, "[]"), "80"
	}
	if p != port {
		return false
	}
	return name == "localhost" || net.ParseIP(name) != nil || slices.Contains(hosts, name)
}
