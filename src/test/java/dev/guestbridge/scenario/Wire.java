package dev.guestbridge.scenario;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A connection on which bytes are sent as they are, and what came back. */
final class Wire implements AutoCloseable {

    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.1 (\\d{3}) ");
    private static final int PATIENCE_MS = 30_000;

    private final Socket socket;
    private final ByteArrayOutputStream heard = new ByteArrayOutputStream();

    Wire(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
    }

    Wire send(String text) throws IOException {
        return send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    Wire send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
        return this;
    }

    /** Sends until the other side doesn't take any more; true when it didn't within so many bytes. */
    boolean flood(byte[] bytes, int times) {
        try {
            for (int i = 0; i < times; i++) {
                send(bytes);
            }
            return false;
        } catch (IOException closed) {
            return true;
        }
    }

    /** Waits for an answer's status line; gives its status, or 0 when the connection was closed without one. */
    int status() throws IOException {
        return readUntil(text -> STATUS.matcher(text).find(), PATIENCE_MS)
                ? statuses().get(0)
                : 0;
    }

    /** Whether the other side closes, within the patience of a test. */
    boolean isClosed() throws IOException {
        return !readUntil(text -> false, PATIENCE_MS);
    }

    /** Whether the other side closes within so many milliseconds. */
    boolean isSilentlyClosed(int millis) throws IOException {
        try {
            return !readUntil(text -> false, millis);
        } catch (SocketTimeoutException open) {
            return false;
        }
    }

    /** All that comes while nothing more is sent, until the other side closes or is silent for so long. */
    String rest(int silentMs) throws IOException {
        try {
            readUntil(text -> false, silentMs);
        } catch (SocketTimeoutException silent) {
            // that was all
        }
        return text();
    }

    List<Integer> statuses() {
        Matcher found = STATUS.matcher(text());
        return found.results().map(hit -> Integer.valueOf(hit.group(1))).toList();
    }

    String text() {
        return heard.toString(StandardCharsets.ISO_8859_1);
    }

    /** False when the connection ended before. */
    private boolean readUntil(java.util.function.Predicate<String> enough, int patienceMs) throws IOException {
        socket.setSoTimeout(patienceMs);
        byte[] some = new byte[8192];
        while (!enough.test(text())) {
            int count;
            try {
                count = socket.getInputStream().read(some);
            } catch (SocketTimeoutException silent) {
                throw silent;
            } catch (IOException reset) {
                return false;
            }
            if (count < 0) {
                return false;
            }
            heard.write(some, 0, count);
        }
        return true;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
