package dev.guestbridge.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import picocli.CommandLine;

/** What a command that was given in this process came to. */
record Ended(int status, String out, String err) {

    static Ended of(Map<String, String> environment, String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine line = Guestbridge.commandLine(environment, parts -> {});
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(err, true));
        int status = line.execute(arguments);
        line.getOut().flush();
        line.getErr().flush();
        return new Ended(status, out.toString(), err.toString());
    }
}
