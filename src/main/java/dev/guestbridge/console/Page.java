package dev.guestbridge.console;

import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;

/** The operations page: four files of ours and nothing of anybody else, which ask {@link Operations} for all that they show. */
public final class Page {

    private static final Map<String, String> TYPES = Map.of(
            "index.html", "text/html; charset=utf-8",
            "page.css", "text/css; charset=utf-8",
            "page.js", "text/javascript; charset=utf-8",
            "session.js", "text/javascript; charset=utf-8");
    private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
            + " img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private Page() {}

    /** Serves it at {@code /ops}. */
    public static void serve(Router router) {
        TYPES.forEach((name, type) -> {
            Buffer content = Buffer.buffer(content(name));
            router.get(name.equals("index.html") ? "/ops" : "/ops/" + name).handler(visit -> visit.response()
                    .putHeader("Content-Type", type)
                    .putHeader("Content-Security-Policy", POLICY)
                    .putHeader("X-Content-Type-Options", "nosniff")
                    .putHeader("Referrer-Policy", "no-referrer")
                    .putHeader("Cache-Control", "no-cache")
                    .end(content));
        });
    }

    private static byte[] content(String name) {
        try (InputStream file = Page.class.getResourceAsStream("/ops/" + name)) {
            return file.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
