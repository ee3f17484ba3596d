-- A shipping promise that clients of the platform know and 0010 did not.
alter table freight_templates
    drop constraint freight_templates_send_time_check,
    add constraint freight_templates_send_time_check check (send_time in (
        'SendTime_FOUR_HOUR', 'SendTime_TWENTYFOUR_HOUR', 'SendTime_FOUTYEIGHT_HOUR',
        'SendTime_THREE_DAY'
    ));
