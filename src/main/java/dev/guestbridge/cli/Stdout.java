package dev.guestbridge.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.util.Locale;

/** A process' stdout, which remembers that it took no more: writers swallow what is thrown, and a command would end as if well. */
final class Stdout extends OutputStream {

    private final OutputStream real;
    private IOException failure;

    Stdout(OutputStream real) {
        this.real = real;
    }

    /** In the characters that Java itself chose for stdout. */
    PrintStream stream() {
        return new PrintStream(this, true, charset());
    }

    /** In the same characters. */
    PrintWriter writer() {
        return new PrintWriter(new OutputStreamWriter(this, charset()), true);
    }

    private static Charset charset() {
        String said = System.getProperty("stdout.encoding", System.getProperty("sun.stdout.encoding"));
        return said == null ? Charset.defaultCharset() : Charset.forName(said);
    }

    /**
     * How the command ends: as it would, if all of what it said was taken, or its reader had enough of it.
     *
     * @param status that it would end with
     */
    int end(int status, PrintStream err) {
        if (failure == null || isReaderGone() || status > Guestbridge.NEGATIVE) {
            return status;
        }
        err.println("guestbridge: stdout takes no more: " + failure.getMessage() + "; what is there isn't all");
        return Guestbridge.WRONG;
    }

    private boolean isReaderGone() {
        return String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT).contains("pipe");
    }

    @Override
    public void write(int one) throws IOException {
        write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public synchronized void write(byte[] bytes, int from, int count) throws IOException {
        try {
            real.write(bytes, from, count);
        } catch (IOException e) {
            failure = e;
            throw e;
        }
    }

    @Override
    public void flush() throws IOException {
        real.flush();
    }
}
