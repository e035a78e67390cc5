"""Changes of channels: everything that other rooms may ask for."""

from crossdesk.channels.services.archives import archives_of, close_archives, is_archive, open_archive
from crossdesk.channels.services.asking import ask_for_pull
from crossdesk.channels.services.checking import check_again
from crossdesk.channels.services.connecting import (
    AttemptOver,
    Started,
    connect_with_token,
    finish_connecting,
    pause_account,
    pull_now,
    remove_account,
    resume_account,
    save_account,
    set_access,
    start_connecting,
)
from crossdesk.channels.services.deliveries import (
    came_right,
    forget_old,
    parse_again,
    run_again,
    run_range_again,
    store_deliveries,
)
from crossdesk.channels.services.doors import (
    Opened,
    Taken,
    TooLarge,
    TooMany,
    challenged,
    change_secret,
    hand_in,
    opened,
    path_of,
)
from crossdesk.channels.services.following import FollowedAlready, follow_word, unfollow_word
from crossdesk.channels.services.giving_back import give_back
from crossdesk.channels.services.holds import lift_hold, put_hold
from crossdesk.channels.services.limits import read_limits
from crossdesk.channels.services.matching import OwnPost, match_own_posts
from crossdesk.channels.services.outbox import (
    AlreadyLeft,
    Choice,
    TooLong,
    approval_hash,
    cancel,
    demand_room,
    leave_rest,
    prepare,
    release,
    send_rest,
    settle_doubtful,
)
from crossdesk.channels.services.places import Move
from crossdesk.channels.services.practice import end_practice, is_practice, practise
from crossdesk.channels.services.pulling import pull
from crossdesk.channels.services.sending import send
from crossdesk.channels.services.streaming import knows, listen
from crossdesk.channels.services.tallies import count_sightings

__all__ = [
    "AlreadyLeft",
    "AttemptOver",
    "Choice",
    "FollowedAlready",
    "Move",
    "Opened",
    "OwnPost",
    "Started",
    "Taken",
    "TooLarge",
    "TooLong",
    "TooMany",
    "approval_hash",
    "archives_of",
    "ask_for_pull",
    "came_right",
    "cancel",
    "challenged",
    "change_secret",
    "check_again",
    "close_archives",
    "connect_with_token",
    "count_sightings",
    "demand_room",
    "end_practice",
    "finish_connecting",
    "follow_word",
    "forget_old",
    "give_back",
    "hand_in",
    "is_archive",
    "is_practice",
    "knows",
    "leave_rest",
    "lift_hold",
    "listen",
    "match_own_posts",
    "open_archive",
    "opened",
    "parse_again",
    "path_of",
    "pause_account",
    "practise",
    "prepare",
    "pull",
    "pull_now",
    "put_hold",
    "read_limits",
    "release",
    "remove_account",
    "resume_account",
    "run_again",
    "run_range_again",
    "save_account",
    "send",
    "send_rest",
    "set_access",
    "settle_doubtful",
    "start_connecting",
    "store_deliveries",
    "unfollow_word",
]
