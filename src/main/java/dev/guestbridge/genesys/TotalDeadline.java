package dev.guestbridge.genesys;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
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
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.io.entity.HttpEntityWrapper;

/**
 * Ends every call after a total time, from the first byte of the request to the last of the answer, and every answer after
 * 64 KiB; the client's own time limits bound only silence, so that a dripping answer would hold its thread for ever. Calls
 * that fail before their request is written, be it for the name, the connection or the certificate, fail with
 * {@link NotConnected}.
 */
public final class TotalDeadline implements HttpClientConfigurer {

    static final int LONGEST_ANSWER = 64 * 1024;

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
        Runnable end = () -> {};
        if (scope.originalRequest instanceof Cancellable cancellable) {
            end = cancellable::cancel;
            // harmless once the answer is read: the request then no longer holds a connection
            clock.schedule(end, millis, TimeUnit.MILLISECONDS);
        }
        ClassicHttpResponse answer;
        try {
            answer = chain.proceed(request, scope);
        } catch (IOException e) {
            throw scope.clientContext.getAttribute(CONNECTED) == null ? new NotConnected(e) : e;
        }
        // what is packed stays packed, and is then no answer: Camel would unpack it without a limit
        answer.removeHeaders(HttpHeaders.CONTENT_ENCODING);
        // Camel fails on a media type that it can't read, and nobody here asks for it
        answer.removeHeaders(HttpHeaders.CONTENT_TYPE);
        if (answer.getEntity() != null) {
            answer.setEntity(new Bounded(answer.getEntity(), end));
        }
        return answer;
    }

    /** An answer that ends after so many bytes, and its connection with it. */
    private static final class Bounded extends HttpEntityWrapper {

        private final Runnable end;

        Bounded(HttpEntity answer, Runnable end) {
            super(answer);
            this.end = end;
        }

        @Override
        public String getContentType() {
            return null;
        }

        @Override
        public InputStream getContent() throws IOException {
            return new FilterInputStream(super.getContent()) {
                private int left = LONGEST_ANSWER;

                @Override
                public int read() throws IOException {
                    byte[] one = new byte[1];
                    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
                }

                @Override
                public int read(byte[] bytes, int from, int length) throws IOException {
                    if (left == 0) {
                        end.run(); // closing alone would read the rest
                        return -1;
                    }
                    int count = super.read(bytes, from, Math.min(length, left));
                    left -= Math.max(0, count);
                    return count;
                }
            };
        }
    }
}
