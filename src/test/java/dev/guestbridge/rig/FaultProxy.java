package dev.guestbridge.rig;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Locale;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** Stands between the bridge and Genesys on loopback, and does to each HTTP call what the plan of the moment says. */
final class FaultProxy implements AutoCloseable {

    private static final int MOST_BYTES = 8 * 1024 * 1024;

    private final int port;
    private final int target;
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "fault-proxy");
        thread.setDaemon(true);
        return thread;
    });
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicLong arrived = new AtomicLong();
    private final AtomicLong forwarded = new AtomicLong();
    private final AtomicLong answered = new AtomicLong();
    private final AtomicLong broken = new AtomicLong();
    private final AtomicLong hits = new AtomicLong();
    private final Queue<Moment> moments = new ConcurrentLinkedQueue<>();
    private volatile boolean recording;
    private volatile Plan plan = request -> null;
    private volatile Consumer<Request> onForwarded = request -> {};
    private ServerSocket listener;

    FaultProxy(int port, int target) {
        this.port = port;
        this.target = target;
        listen();
    }

    /** One HTTP request as it came. */
    record Request(byte[] bytes, int bodyAt) {

        String line() {
            return new String(bytes, 0, Math.min(bodyAt, 2_000), ISO_8859_1).split("\r\n", 2)[0];
        }

        String body() {
            return new String(bytes, bodyAt, bytes.length - bodyAt, UTF_8);
        }

        boolean isMessage() {
            return line().contains("/open/message");
        }

        boolean isToken() {
            return line().contains("/oauth/token");
        }
    }

    /** What is done to a request; null lets it pass. */
    interface Plan {
        Fault of(Request request);
    }

    /** One way in which a call goes wrong. */
    interface Fault {

        /** The connection is reset, Genesys hears nothing. */
        static Fault resetBefore() {
            return new Planned(Kind.RESET_BEFORE, 0, null, null);
        }

        /** Genesys hears the call, and instead of its answer the connection is reset. */
        static Fault resetAfter() {
            return new Planned(Kind.RESET_AFTER, 0, null, null);
        }

        /** Nothing comes back, and Genesys hears nothing. */
        static Fault blackhole() {
            return new Planned(Kind.BLACKHOLE, 0, null, null);
        }

        /** The answer breaks off after so many bytes. */
        static Fault truncate(int bytes) {
            return new Planned(Kind.TRUNCATE, bytes, null, null);
        }

        /** The answer comes so many milliseconds late. */
        static Fault delay(int millis) {
            return new Planned(Kind.DELAY, millis, null, null);
        }

        /** The answer comes byte by byte, so many milliseconds apart. */
        static Fault drip(int millis) {
            return new Planned(Kind.DRIP, millis, null, null);
        }

        /** Something is answered in Genesys' stead, which hears nothing. */
        static Fault answer(int status, String headers, String body) {
            String head = "HTTP/1.1 " + status + " Fault\r\nContent-Type: application/json\r\nContent-Length: "
                    + body.getBytes(UTF_8).length + "\r\n" + headers + "\r\n";
            return new Planned(Kind.ANSWER, 0, (head + body).getBytes(UTF_8), null);
        }

        /** Genesys' answer is changed on its way. */
        static Fault garble(UnaryOperator<byte[]> change) {
            return new Planned(Kind.GARBLE, 0, null, change);
        }
    }

    private enum Kind {
        RESET_BEFORE,
        RESET_AFTER,
        BLACKHOLE,
        TRUNCATE,
        DELAY,
        DRIP,
        ANSWER,
        GARBLE
    }

    private record Planned(Kind kind, int number, byte[] bytes, UnaryOperator<byte[]> change) implements Fault {}

    /** When a message's call came, and when it was answered with which status; in nanoseconds. */
    record Moment(boolean arrival, int status, long nanos) {}

    void plan(Plan next) {
        plan = next;
    }

    /** Everything passes, and the port listens. */
    void pass() {
        plan = request -> null;
        listen();
    }

    /** Nobody listens, and what is open ends. */
    synchronized void refuse() {
        close(listener);
        listener = null;
        open.forEach(FaultProxy::reset);
    }

    void onForwarded(Consumer<Request> listening) {
        onForwarded = listening;
    }

    void record(boolean on) {
        moments.clear();
        recording = on;
    }

    Queue<Moment> moments() {
        return moments;
    }

    /** Calls that came. */
    long arrived() {
        return arrived.get();
    }

    /** Calls that Genesys heard. */
    long forwarded() {
        return forwarded.get();
    }

    /** Calls whose answer the bridge got in full. */
    long answered() {
        return answered.get();
    }

    /** Calls that Genesys heard and whose answer is still on its way. */
    long outstanding() {
        return forwarded.get() - answered.get() - broken.get();
    }

    /** Calls that the plan did something to. */
    long hits() {
        return hits.get();
    }

    String url() {
        return "http://127.0.0.1:" + port;
    }

    private synchronized void listen() {
        if (listener != null) {
            return;
        }
        try {
            ServerSocket socket = new ServerSocket();
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 512);
            listener = socket;
            threads.execute(() -> accept(socket));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void accept(ServerSocket socket) {
        while (!socket.isClosed()) {
            try {
                Socket client = socket.accept();
                client.setTcpNoDelay(true);
                open.add(client);
                threads.execute(() -> serve(client));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket client) {
        Socket genesys = null;
        try (client) {
            InputStream in = new BufferedInputStream(client.getInputStream());
            for (byte[] head; (head = head(in)) != null; ) {
                Request request = new Request(whole(head, in, false), head.length);
                arrived.incrementAndGet();
                note(request, true, 0);
                Planned fault = (Planned) plan.of(request);
                if (fault != null) {
                    hits.incrementAndGet();
                }
                if (fault != null && fault.kind() == Kind.RESET_BEFORE) {
                    reset(client);
                    return;
                }
                if (fault != null && fault.kind() == Kind.BLACKHOLE) {
                    in.read(); // until the caller gives up
                    return;
                }
                if (fault != null && fault.kind() == Kind.ANSWER) {
                    client.getOutputStream().write(fault.bytes());
                    note(request, false, status(fault.bytes()));
                    continue;
                }
                genesys = genesys == null || genesys.isClosed() ? connect() : genesys;
                byte[] answer = forward(request, genesys);
                if (!answer(request, answer, fault, client)) {
                    return;
                }
            }
        } catch (IOException | InterruptedException gone) {
            // the caller was killed, or gave up
        } finally {
            open.remove(client);
            close(genesys);
        }
    }

    private byte[] forward(Request request, Socket genesys) throws IOException {
        genesys.getOutputStream().write(request.bytes());
        forwarded.incrementAndGet();
        try {
            onForwarded.accept(request);
            InputStream in = new BufferedInputStream(genesys.getInputStream());
            byte[] head = head(in);
            if (head == null) {
                throw new EOFException("Genesys went away");
            }
            return whole(head, in, true);
        } catch (IOException | RuntimeException e) {
            broken.incrementAndGet();
            throw e;
        }
    }

    private boolean answer(Request request, byte[] answer, Planned fault, Socket client)
            throws IOException, InterruptedException {
        OutputStream out = client.getOutputStream();
        boolean whole = false;
        try {
            switch (fault == null ? Kind.DELAY : fault.kind()) {
                case RESET_AFTER -> reset(client);
                case TRUNCATE -> {
                    out.write(answer, 0, Math.min(fault.number(), answer.length - 1));
                    out.flush();
                    client.shutdownOutput();
                }
                case DRIP -> {
                    for (byte one : answer) {
                        out.write(one);
                        TimeUnit.MILLISECONDS.sleep(fault.number());
                    }
                    whole = true;
                }
                case GARBLE -> {
                    out.write(fault.change().apply(answer));
                    out.flush();
                    client.shutdownOutput();
                }
                default -> {
                    if (fault != null) {
                        TimeUnit.MILLISECONDS.sleep(fault.number());
                    }
                    out.write(answer);
                    whole = true;
                }
            }
        } finally {
            (whole ? answered : broken).incrementAndGet();
        }
        if (whole) {
            note(request, false, status(answer));
        }
        return whole;
    }

    private void note(Request request, boolean arrival, int status) {
        if (recording && request.isMessage()) {
            moments.add(new Moment(arrival, status, System.nanoTime()));
        }
    }

    private static int status(byte[] answer) {
        return Integer.parseInt(new String(answer, 9, 3, ISO_8859_1));
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), target);
        socket.setTcpNoDelay(true);
        return socket;
    }

    /** Bytes up to and with the empty line; null when the other side is through. */
    private static byte[] head(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream(512);
        int last = 0;
        for (int one; (one = in.read()) >= 0; ) {
            head.write(one);
            last = last << 8 | one;
            if (last == 0x0d0a0d0a) {
                return head.toByteArray();
            }
            if (head.size() > MOST_BYTES) {
                break;
            }
        }
        if (head.size() > 0) {
            throw new EOFException("broken head");
        }
        return null;
    }

    private static byte[] whole(byte[] head, InputStream in, boolean answer) throws IOException {
        String text = new String(head, ISO_8859_1).toLowerCase(Locale.ROOT);
        ByteArrayOutputStream all = new ByteArrayOutputStream(head.length + 512);
        all.write(head);
        int length = text.indexOf("\r\ncontent-length:");
        if (text.contains("\r\ntransfer-encoding: chunked")) {
            chunks(in, all);
        } else if (length >= 0) {
            String number = text.substring(length + 17, text.indexOf("\r\n", length + 17));
            byte[] body = in.readNBytes(Integer.parseInt(number.strip()));
            all.write(body);
        } else if (answer && !text.matches("(?s)http/1.1 (204|304) .*")) {
            all.write(in.readAllBytes());
        }
        return all.toByteArray();
    }

    private static void chunks(InputStream in, ByteArrayOutputStream all) throws IOException {
        while (true) {
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            for (int one; (one = in.read()) >= 0 && one != '\n'; ) {
                line.write(one);
            }
            all.write(line.toByteArray());
            all.write('\n');
            int size = Integer.parseInt(line.toString(ISO_8859_1).strip(), 16);
            all.write(in.readNBytes(size + 2));
            if (size == 0) {
                return;
            }
        }
    }

    private static void reset(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException gone) {
            // it is closed
        }
    }

    private static void close(AutoCloseable socket) {
        try {
            if (socket != null) {
                socket.close();
            }
        } catch (Exception gone) {
            // it is closed
        }
    }

    @Override
    public void close() {
        refuse();
        threads.shutdownNow();
    }
}
