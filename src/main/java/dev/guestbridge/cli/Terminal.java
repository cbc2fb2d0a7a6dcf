package dev.guestbridge.cli;

import dev.guestbridge.Settings;
import java.io.PrintWriter;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import picocli.CommandLine.Model.CommandSpec;

/** Where a command is given and speaks: what it came to on stdout, all else on stderr. */
record Terminal(CommandSpec command) {

    /** The settings of the installed folder. */
    Settings settings() {
        return ((Guestbridge) command.root().userObject()).settings();
    }

    /** The running bridge that they are of. */
    Management bridge() {
        return new Management(settings());
    }

    PrintWriter out() {
        return command.commandLine().getOut();
    }

    /** A line of what it came to. */
    void print(String line) {
        out().println(line);
        out().flush();
    }

    /** A sentence beside it, by the program's name. */
    void tell(String sentence) {
        note("guestbridge: " + Shown.text(sentence));
    }

    /** A line beside it. */
    void note(String line) {
        PrintWriter err = command.commandLine().getErr();
        err.println(line);
        err.flush();
    }

    /**
     * What shows how far something is.
     *
     * @param done from 0 to 1
     * @param told the rest of the line
     */
    Progress progress(DoubleSupplier done, Supplier<String> told) {
        return new Progress(command.commandLine().getErr(), Boolean.getBoolean("stderr.watched"), done, told);
    }
}
