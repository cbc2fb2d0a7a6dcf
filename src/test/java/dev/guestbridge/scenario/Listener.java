package dev.guestbridge.scenario;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;

/** A server that answers each request with whatever bytes a test likes, and keeps what it heard. */
final class Listener implements AutoCloseable {

    interface Answer {
        void write(OutputStream to) throws IOException;
    }

    private static final Pattern LENGTH = Pattern.compile("(?i)content-length: (\\d+)");

    private final ServerSocket server = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
    private final List<String> heard = new CopyOnWriteArrayList<>();
    private final AtomicInteger open = new AtomicInteger();
    private volatile Answer answer = to -> {};

    Listener() throws IOException {
        thread(() -> {
            while (true) {
                Socket caller = server.accept();
                thread(() -> serve(caller));
            }
        });
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void thread(Work work) {
        Thread thread = new Thread(() -> {
            try {
                work.run();
            } catch (IOException gone) {
                // the caller or the test has ended it
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    /** One request on each connection, which is closed after the answer. */
    private void serve(Socket caller) throws IOException {
        open.incrementAndGet();
        try (caller) {
            InputStream from = caller.getInputStream();
            StringBuilder head = new StringBuilder();
            while (head.indexOf("\r\n\r\n") < 0) {
                int next = from.read();
                if (next < 0) {
                    return;
                }
                head.append((char) next);
            }
            var length = LENGTH.matcher(head);
            from.readNBytes(
                    length.find() ? Integer.parseInt(length.group(1)) : 0); // unread it would reset the connection
            heard.add(head.toString());
            answer.write(caller.getOutputStream());
            caller.getOutputStream().flush();
        } finally {
            open.decrementAndGet();
        }
    }

    /** Connections on which an answer still goes. */
    int open() {
        return open.get();
    }

    Listener answers(Answer next) {
        answer = next;
        return this;
    }

    Listener answers(String text) {
        return answers(to -> to.write(text.getBytes(StandardCharsets.ISO_8859_1)));
    }

    List<String> heard() {
        return heard;
    }

    String url() {
        return "http://127.0.0.1:" + server.getLocalPort();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
