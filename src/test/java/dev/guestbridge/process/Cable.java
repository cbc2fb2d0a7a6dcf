package dev.guestbridge.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A line to a port of this machine that can be cut; whoever comes again gets another. */
final class Cable implements AutoCloseable {

    private final int target;
    private final ServerSocket listener;
    private final Set<Socket> ends = ConcurrentHashMap.newKeySet();
    private final ExecutorService threads = Executors.newCachedThreadPool();

    Cable(int target) {
        this.target = target;
        try {
            listener = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        threads.execute(this::listen);
    }

    int port() {
        return listener.getLocalPort();
    }

    /** Every connection ends without a word. */
    void cut() {
        ends.forEach(Cable::close);
        ends.clear();
    }

    private void listen() {
        while (!listener.isClosed()) {
            try {
                Socket near = listener.accept();
                Socket far = new Socket(InetAddress.getLoopbackAddress(), target);
                ends.add(near);
                ends.add(far);
                threads.execute(() -> carry(near, far));
                threads.execute(() -> carry(far, near));
            } catch (IOException e) {
                return; // it is closed, or nobody is at the far end
            }
        }
    }

    private static void carry(Socket from, Socket to) {
        try (from;
                to) {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException e) {
            // it was cut
        }
    }

    private static void close(AutoCloseable end) {
        try {
            end.close();
        } catch (Exception e) {
            // it is closed
        }
    }

    @Override
    public void close() {
        close(listener);
        cut();
        threads.shutdown();
    }
}
