package dev.guestbridge.cli;

import dev.guestbridge.Settings;
import dev.guestbridge.store.StoreUnavailable;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintWriter;
import java.net.BindException;
import java.nio.file.Path;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The command line: {@code guestbridge run}, and what people ask a bridge that runs. */
@Command(
        name = "guestbridge",
        description = "Carries guest messages from message buses to Genesys Cloud, and the replies back.",
        mixinStandardHelpOptions = true,
        version = "guestbridge 0.1.0",
        footer = {
            "",
            "The launcher itself carries out 'guestbridge archive': it plays the demo and writes what makes later starts"
                    + " quicker."
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:done",
            "1:done, with a negative result",
            "2:wrong usage or configuration; the message names file, key and reason",
            "70:a fault of ours"
        },
        subcommands = {
            RunCommand.class,
            CheckCommand.class,
            DoctorCommand.class,
            DemoCommand.class,
            SimulateCommand.class,
            LoadCommand.class,
            SendCommand.class,
            StatusCommand.class,
            WhyCommand.class,
            PausesCommand.class,
            ResumeCommand.class,
            GiveUpCommand.class,
            QueuesCommand.class,
            ThreadsCommand.class,
            AuditCommand.class,
            StoreCommand.class,
            PasswordCommand.class,
            DeadCommand.class,
            CompletionCommand.class,
            HelpCommand.class
        })
public final class Guestbridge implements Runnable {

    static final int DONE = 0;
    static final int NEGATIVE = 1;
    static final int WRONG = 2;
    static final int FAULT = 70;

    @Spec
    private CommandSpec spec;

    /** What keeps a process up until it is told to stop. */
    interface Staying {
        void until(AutoCloseable... parts) throws Exception;
    }

    private final Map<String, String> environment;
    private final Staying staying;

    private Guestbridge(Map<String, String> environment, Staying staying) {
        this.environment = environment;
        this.staying = staying;
    }

    public static void main(String[] arguments) {
        int status;
        Stdout stdout = new Stdout(new FileOutputStream(FileDescriptor.out));
        System.setOut(stdout.stream());
        try {
            status = execute(commandLine(), stdout, arguments);
        } catch (LinkageError e) {
            System.err.println("guestbridge: lib/: a jar is missing there, or of another version: " + e);
            status = WRONG;
        }
        System.exit(status);
    }

    /** Carries out a command, and sees to it that what it said was taken; gives the exit status. */
    static int execute(CommandLine line, Stdout stdout, String... arguments) {
        PrintWriter out = stdout.writer();
        int status = line.setOut(out).execute(arguments);
        out.flush();
        return stdout.end(status, System.err);
    }

    static CommandLine commandLine() {
        return commandLine(System.getenv(), Stop::onSignal);
    }

    static CommandLine commandLine(Map<String, String> environment, Staying staying) {
        CommandLine line = new CommandLine(new Guestbridge(environment, staying));
        line.setExpandAtFiles(false); // a guest may be called @name, and no file is meant by it
        line.setExecutionExceptionHandler((failure, command, parsed) -> {
            // what is wrong with the configuration names itself; of anything else the whole trace is needed
            for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
                if (isWrongConfiguration(cause)) {
                    command.getErr().println("guestbridge: " + onOneLine(cause.getMessage()));
                    return WRONG;
                }
            }
            failure.printStackTrace(command.getErr());
            return FAULT;
        });
        return line;
    }

    /** Without what could write elsewhere on a terminal. */
    static String onOneLine(String message) {
        return message.replaceAll("[\\p{Cntrl}\\u0085\\u2028\\u2029]+", " ");
    }

    private static boolean isWrongConfiguration(Throwable cause) {
        return cause instanceof BindException
                || cause instanceof StoreUnavailable
                || cause instanceof IllegalArgumentException
                        && cause.getClass().getName().startsWith("dev.guestbridge.");
    }

    /** The installed folder. */
    Path home() {
        return Path.of(environment.getOrDefault("GUESTBRIDGE_HOME", "."));
    }

    Map<String, String> environment() {
        return environment;
    }

    /** The settings of the installed folder; the log's form follows them. */
    Settings settings() {
        Settings settings = Settings.read(home(), environment);
        System.setProperty("log.format", settings.get("log.format"));
        return settings;
    }

    /** Closes these in turn when the process is told to stop. */
    void stay(AutoCloseable... parts) throws Exception {
        staying.until(parts);
    }

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "which command?");
    }
}
