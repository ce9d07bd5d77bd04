package drivers

import "context"

type secretKey struct{}

// WithSecret gives ctx a text that stands in the request and that nobody is to be shown: where the exchange is kept or told, *** stands in
// its place.
func WithSecret(ctx context.Context, text string) context.Context {
	return context.WithValue(ctx, secretKey{}, text)
}

// SecretOf is the text that ctx carries, "" for none.
func SecretOf(ctx context.Context) string {
	text, _ := ctx.Value(secretKey{}).(string)
	return text
}
