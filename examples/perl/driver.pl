#!/usr/bin/env perl

# A driver for Start, Stop and their events, in plain Perl. Run it with `perl driver.pl`.

use v5.26;
use warnings;

use FindBin;
use IO::Select;
use JSON::PP;
use List::Util qw(max min);
use Time::HiRes qw(time);

use lib $FindBin::Bin;
use Connection;

use constant {
    REFUSED          => 1,
    PARSE_ERROR      => -32700,
    METHOD_NOT_FOUND => -32601,
};

my $json = JSON::PP->new->ascii->canonical;    # ASCII is valid UTF-8 in every locale

my %settings;       # settings of connections, by name
my %nodes;          # by id
my %connections;    # connections that have not ended, by name
my %to_restart;     # settings of connections to open again when they have ended, by name
my $is_serving = 1;

# --- the driver protocol --------------------------------------------------------------------------

my %methods = (
    'initialize' => sub {
        return {
            protocolVersion => 1,
            implementation  => { name => 'example without a library', version => '1.0.0', language => 'Perl' },
            nodes           => ['connection nodes'],
            transports      => ['websocket'],
        };
    },
    'project/open'  => sub { close_project(); open_project($_[0]{project}); return {} },
    'project/close' => sub { close_project(); return {} },
    'runtime/pulse' => sub { pulse($_[0]{node}); return {} },
    'runtime/sync'  => sub { return {} },    # sockets are read first, so everything is reported
    'shutdown'      => sub { close_project(); $is_serving = 0; return {} },
);

sub answer {
    my ($line) = @_;
    my $request = eval { JSON::PP->new->utf8->decode($line) };
    return fail(undef, PARSE_ERROR, 'the line is not a JSON object') unless ref $request eq 'HASH';
    my ($id, $name) = @$request{qw(id method)};
    my $method = $methods{ $name // '' };
    return fail($id, METHOD_NOT_FOUND, "there is no method \"$name\"") unless $method;
    my $result = eval { $method->($request->{params}) };
    return fail($id, REFUSED, $@ =~ s/\n\z//r) unless $result;
    send_message(id => $id, result => $result);
    return;
}

sub fail {
    my ($id, $code, $message) = @_;
    send_message(id => $id, error => { code => $code, message => $message });
    return;
}

sub send_message {
    my (%message) = @_;
    say $json->encode({ jsonrpc => '2.0', %message });
    return;
}

# --- nodes ----------------------------------------------------------------------------------------

my %executions = (
    'Socket.IO Start' => \&start,
    'Socket.IO Stop'  => \&stop,
);

sub open_project {
    my ($project) = @_;
    %settings = map { $_->{name} => $_ } @{ $project->{connections} // [] };
    %nodes = map { $_->{id} => $_ } map { @{ $_->{nodes} // [] } } values %{ $project->{logic} // {} };
    return;
}

# Close the project and all its connections, without reports.
sub close_project {
    %nodes = %settings = %to_restart = ();
    $_->leave for values %connections;
    return;
}

sub pulse {
    my ($id) = @_;
    my $node = $nodes{$id};
    my $execute = $node && $executions{ $node->{type} };
    die "there is no node \"$id\" with a pulse input\n" unless $execute;
    my $name = $node->{attributes}{Configuration};
    if (eval { $execute->(chosen($name)); 1 }) {
        pulsed($id);
    }
    else {
        send_message(method => 'runtime/error', params => { node => $id, message => $@ =~ s/\n\z//r });
    }
    return;
}

sub chosen {
    my ($name) = @_;
    die "no connection is chosen in Configuration\n" unless $name;
    return $settings{$name} // die "Project Settings have no connection \"$name\"\n";
}

sub pulsed {
    my ($id) = @_;
    send_message(method => 'runtime/pulsed', params => { node => $id, output => 'Pulse Output', values => {} });
    return;
}

# Pulse the event listener nodes of a type that listen to a connection.
sub announce {
    my ($type, $name) = @_;
    for my $node (values %nodes) {
        pulsed($node->{id}) if $node->{type} eq $type && ($node->{attributes}{Configuration} // '') eq $name;
    }
    return;
}

# --- connections ----------------------------------------------------------------------------------

sub start {
    my ($settings) = @_;
    my $name = $settings->{name};
    if (my $running = $connections{$name}) {
        $to_restart{$name} = $settings if $running->is_closing;
        return;
    }
    my ($host, $port) = address($settings);
    $connections{$name} = Connection->new($host, $port, {
        established => sub { announce('On Socket.IO Start', $name) },
        failed      => sub { report_error($name, @_) },
        ended       => sub { ended($name, @_) },
    });
    return;
}

sub stop {
    my ($settings) = @_;
    my $name = $settings->{name};
    delete $to_restart{$name};
    $connections{$name}->close if $connections{$name};
    return;
}

sub ended {
    my ($name, $was_established) = @_;
    delete $connections{$name};
    announce('On Socket.IO Stop', $name) if $was_established;
    my $restart = delete $to_restart{$name} or return;
    eval { start($restart); 1 } or report_error($name, $@);
    return;
}

sub report_error {
    my ($name, $message) = @_;
    send_message(method => 'runtime/error', params => { message => "$name: " . $message =~ s/\n\z//r });
    return;
}

# Return host and port; a port in the URL wins over the connection's Port.
sub address {
    my ($settings) = @_;
    my ($scheme, $host, $port) = $settings->{url} =~ m{\A(?:(\w+)://)?([\w.-]+)(?::(\d+))?(?:/|\z)}
        or die "the URL \"$settings->{url}\" is invalid\n";
    die "this driver supports http and ws, not $scheme\n" unless ($scheme // 'http') =~ /\A(?:http|ws)\z/;
    return ($host, $port // $settings->{port});
}

# --- the loop -------------------------------------------------------------------------------------

# Wait for input or a deadline. Handle data from servers first, then requests.
sub turn {
    my ($requests) = @_;
    my @all      = values %connections;
    my $readers  = IO::Select->new(\*STDIN, map { $_->socket } @all);
    my $writers  = IO::Select->new(map { $_->socket } grep { $_->is_writing } @all);
    my $deadline = min map { $_->deadline } @all;
    my ($readable, $writable) =
        IO::Select->select($readers, $writers, undef, defined $deadline ? max(0, $deadline - time) : undef);
    my %is_readable = map { fileno($_) => 1 } @{ $readable // [] };
    my %is_writable = map { fileno($_) => 1 } @{ $writable // [] };
    for my $connection (@all) {
        my $number = fileno $connection->socket;
        $connection->writable if $is_writable{$number};
        $connection->readable if $is_readable{$number};
        $connection->expire   if time >= $connection->deadline;
    }
    read_requests($requests) if $is_readable{ fileno STDIN };
    return;
}

sub read_requests {
    my ($requests) = @_;
    $is_serving = 0 unless sysread STDIN, $$requests, 65_536, length $$requests;
    while ($is_serving && $$requests =~ s/\A(.*?)\n//) {
        answer($1);
    }
    return;
}

STDOUT->autoflush(1);
local $SIG{PIPE} = 'IGNORE';    # writing to a lost connection must not end the driver
my $requests = '';
turn(\$requests) while $is_serving;
close_project();
