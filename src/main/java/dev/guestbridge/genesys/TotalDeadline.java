package dev.guestbridge.genesys;

import java.io.IOException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.camel.component.http.HttpClientConfigurer;
import org.apache.hc.client5.http.classic.ExecChain;
import org.apache.hc.client5.http.impl.ChainElement;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.core5.concurrent.Cancellable;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.io.entity.HttpEntityWrapper;

/**
 * Ends every call after a total time, from the first byte of the request to the last of the answer; the client's own
 * time limits bound only silence, so that a dripping answer would hold its thread for ever. Calls that fail before their
 * request is written, be it for the name, the connection or the certificate, fail with {@link NotConnected}.
 */
public final class TotalDeadline implements HttpClientConfigurer {

    private static final String CONNECTED = "guestbridge.connected";

    private final long millis;
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "http-deadline");
        thread.setDaemon(true);
        return thread;
    });

    /** @param millis the most that a call may take, in milliseconds */
    public TotalDeadline(long millis) {
        this.millis = millis;
    }

    @Override
    public void configureHttpClient(HttpClientBuilder client) {
        client.addExecInterceptorFirst("total-deadline", this::bounded);
        client.addExecInterceptorAfter(ChainElement.CONNECT.name(), "connected", TotalDeadline::connected);
    }

    private static ClassicHttpResponse connected(ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain)
            throws IOException, HttpException {
        scope.clientContext.setAttribute(CONNECTED, true);
        return chain.proceed(request, scope);
    }

    private ClassicHttpResponse bounded(ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain)
            throws IOException, HttpException {
        // harmless once the answer is read: the request then no longer holds a connection
        if (scope.originalRequest instanceof Cancellable cancellable) {
            clock.schedule(cancellable::cancel, millis, TimeUnit.MILLISECONDS);
        }
        try {
            return untyped(chain.proceed(request, scope));
        } catch (IOException e) {
            throw scope.clientContext.getAttribute(CONNECTED) == null ? new NotConnected(e) : e;
        }
    }

    // Camel fails on a media type that it can't read, and nobody here asks for it
    private static ClassicHttpResponse untyped(ClassicHttpResponse response) {
        response.removeHeaders(HttpHeaders.CONTENT_TYPE);
        if (response.getEntity() != null) {
            response.setEntity(new HttpEntityWrapper(response.getEntity()) {
                @Override
                public String getContentType() {
                    return null;
                }
            });
        }
        return response;
    }
}
